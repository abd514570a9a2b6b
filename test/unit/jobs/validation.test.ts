import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { BackupExistsError } from '../../../lib/bucket/record-kinds.ts'
import { BackupRefusedError } from '../../../lib/jobs/errors.ts'
import { keys, messages, readBackupFiles } from '../../helpers/backups.ts'
import { configMap, manifest, namespace, openWorld, type World } from '../../helpers/world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
  world.cluster.seed([namespace('velero'), namespace('shop'), configMap('shop/web')])
})
afterAll(() => world[Symbol.asyncDispose]())
beforeEach(() => {
  world.store.objects.clear()
})

const contradiction = { includedNamespaces: ['a'], excludedNamespaces: ['a'] }

describe('a request that is wrong in itself', () => {
  it('is refused when it was typed, and nothing is written', async () => {
    const failure = await world.backup(manifest('b', contradiction), { typed: true }).catch(error => error)
    expect(failure).toBeInstanceOf(BackupRefusedError)
    expect(failure.problems).toEqual([
      'Invalid included/excluded namespace lists: excludes list cannot contain an item in the includes list: a',
    ])
    expect(world.store.objects.size).toBe(0)
  })

  it('from a queue ends as FailedValidation and leaves nothing under backups/', async () => {
    const { how, backup, errors } = await world.backup(manifest('b', contradiction))
    expect([how, backup.status?.phase, errors]).toEqual([
      'finished',
      'FailedValidation',
      backup.status?.validationErrors,
    ])
    expect(await keys(world.store, 'backups/')).toEqual([])
  })

  it('is acknowledged when it comes again, with what was wrong', async () => {
    const first = await world.backup(manifest('b', contradiction))
    const again = await world.backup(manifest('b', contradiction))
    expect(again).toEqual({ ...first, how: 'acknowledged' })
  })

  it('leaves its name to the next', async () => {
    await world.backup(manifest('b', contradiction, 'u1'))
    expect((await world.backup(manifest('b', { includedNamespaces: ['shop'] }, 'u2'))).how).toBe('finished')
    expect((await readBackupFiles(world.store, 'b')).record.metadata.uid).toBe('u2')
  })

  it('does not take the name of a backup that is there', async () => {
    await world.backup(manifest('b', { includedNamespaces: ['shop'] }, 'u1'))
    await expect(world.backup(manifest('b', contradiction, 'u2'))).rejects.toThrow(BackupExistsError)
  })

  it('to a location that is read-only, writes nothing', async () => {
    const { backup } = await world.backup(manifest('b'), {}, { readOnly: true })
    expect(backup.status?.validationErrors).toEqual([
      "backup can't be created because backup storage location default is currently in read-only mode",
    ])
    expect(world.store.objects.size).toBe(0)
  })

  it('that was right when its backup was made is acknowledged', async () => {
    await world.backup(manifest('b', { includedNamespaces: ['shop'] }))
    const before = [...world.store.objects.keys()]
    const again = await world.backup(manifest('b', { includedNamespaces: ['shop'] }), {}, { readOnly: true })
    expect([again.how, again.backup.status?.phase]).toEqual(['acknowledged', 'Completed'])
    const wrong = await world.backup(manifest('b', contradiction))
    expect([wrong.how, wrong.backup.status?.phase]).toEqual(['acknowledged', 'Completed'])
    expect([...world.store.objects.keys()]).toEqual(before)
  })
})

describe('names that the cluster does not have', () => {
  const spec = { includedNamespaces: ['shop', 'shopp'], includedResources: ['configmaps', 'sailz'] }

  it('are refused when they were typed, and nothing is written', async () => {
    const failure = await world.backup(manifest('b', spec), { typed: true }).catch(error => error)
    expect(failure.problems).toEqual([expect.stringContaining('"shopp"'), expect.stringContaining('"sailz"')])
    expect(world.store.objects.size).toBe(0)
  })

  it('from a queue make the backup PartiallyFailed, with all the rest in it', async () => {
    const { backup } = await world.backup(manifest('b', spec))
    expect(backup.status?.phase).toBe('PartiallyFailed')
    const { results, stored } = await readBackupFiles(world.store, 'b')
    expect(messages(results, 'errors').join('\n')).toContain('shopp')
    expect(messages(results, 'errors').join('\n')).toContain('sailz')
    expect([...(stored.get('configmaps')?.keys() ?? [])]).toContain('shop/web')
  })
})

describe('resource policies', () => {
  const spec = { includedNamespaces: ['shop'], resourcePolicy: { kind: 'configmap', name: 'policies' } }
  const policies = (text: string) => configMap('velero/policies', { 'policies.yaml': text })

  it('that are not there fail validation', async () => {
    const { backup } = await world.backup(manifest('b', spec))
    expect(backup.status?.validationErrors?.[0]).toContain('fail to get ResourcePolicies velero/policies ConfigMap')
  })

  it('that name kinds cannot stand beside the old filters', async () => {
    world.cluster.seed([
      policies('version: v1\nincludeExcludePolicy:\n  includedNamespaceScopedResources: [configmaps]\n'),
    ])
    const old = { ...spec, includedResources: ['pods'] }
    const { backup } = await world.backup(manifest('b', old))
    expect(backup.status?.validationErrors?.join()).toContain('They cannot be used with include-exclude policies.')
    expect((await world.backup(manifest('c', spec))).backup.status?.phase).toBe('Completed')
    const { stored } = await readBackupFiles(world.store, 'c')
    expect([...stored.keys()].filter(type => type !== 'namespaces')).toEqual(['configmaps'])
  })
})

describe('a location with folders of somebody else', () => {
  it('is refused, for Velero would refuse it from then on', async () => {
    await world.store.put('photos/1.jpg', 'x')
    await expect(world.backup(manifest('b'))).rejects.toThrow(/unavailable.*photos/)
    expect(await keys(world.store)).toEqual(['photos/1.jpg'])
  })
})
