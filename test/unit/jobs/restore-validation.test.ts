import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { HeldDeletion } from '../../../lib/bucket/deletions.ts'
import { BACKUPS, RestoreExistsError } from '../../../lib/bucket/record-kinds.ts'
import { ForeignObjectsError, RestoreRefusedError } from '../../../lib/jobs/errors.ts'
import type { BackupPhase, BackupStatus } from '../../../lib/velero/types.ts'
import type { RestoreSpec } from '../../../lib/velero/types-restore.ts'
import { ask } from '../../helpers/ask.ts'
import { keys } from '../../helpers/backups.ts'
import { guarded } from '../../helpers/failing-store.ts'
import { Process } from '../../helpers/process.ts'
import { storeBackup } from '../../helpers/stored-backup.ts'
import { configMap, namespace, openWorld, restoreOf, type World } from '../../helpers/world.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let world: World
beforeAll(async () => {
  world = await openWorld()
  world.cluster.seed([namespace('velero')])
})
afterAll(() => world[Symbol.asyncDispose]())
beforeEach(() => world.store.objects.clear())

const FINE = [namespace('shop'), configMap('shop/a')]
const contradiction: RestoreSpec = { includedNamespaces: ['a'], excludedNamespaces: ['a'] }
const CONTRADICTS =
  'Invalid included/excluded namespace lists: excludes list cannot contain an item in the includes list: a'

/** What a message is answered, and that nothing was restored. */
async function problemsOf(spec: RestoreSpec, name = 'r'): Promise<string[] | undefined> {
  const process = new Process()
  const { restore, how, errors } = await world.restore(restoreOf(name, spec), {}, { wrap: process.wrap })
  expect([how, restore.status?.phase]).toEqual(['finished', 'FailedValidation'])
  expect(errors).toEqual(restore.status?.validationErrors)
  expect(process.calls.cluster.filter(call => !call.startsWith('GET'))).toEqual([])
  expect(await keys(world.store, 'restores/')).toEqual([])
  return restore.status?.validationErrors
}

describe('a request that is wrong in itself', () => {
  it('is refused when it was typed, and nothing is written', async () => {
    const failure = await world.restore(restoreOf('r', contradiction), { typed: true }).catch(error => error)
    expect(failure).toBeInstanceOf(RestoreRefusedError)
    expect(failure.problems).toEqual([CONTRADICTS])
    expect(world.store.objects.size).toBe(0)
  })

  it('from a queue ends as FailedValidation, and leaves nothing under restores/', async () => {
    expect(await problemsOf(contradiction)).toEqual([CONTRADICTS])
  })

  it('is acknowledged when it comes again, with what was wrong', async () => {
    const first = await world.restore(restoreOf('r', contradiction))
    expect(await world.restore(restoreOf('r', contradiction))).toEqual({ ...first, how: 'acknowledged' })
  })

  it('leaves its name to the next', async () => {
    await world.restore(restoreOf('r', contradiction))
    await storeBackup(world.store, 'b', FINE)
    const { restore } = await world.restore(restoreOf('r', {}, { uid: 'another' }))
    expect(restore.status?.phase).toBe('Completed')
  })

  it.each([
    [{ existingResourcePolicy: 'replace' as 'none' }, 'Invalid ExistingResourcePolicy: replace'],
    [{ includedResources: ['nodes'] }, 'nodes are non-restorable resources'],
    [{ scheduleName: 'daily', backupName: 'b' }, 'Either a backup or schedule must be specified'],
    [{ existingResourcePolicy: 'recreate' as const }, 'lateen.io/recreate-resources'],
    [{ namespaceMapping: { a: 'x', b: 'x' } }, 'are both mapped to x'],
    [{ labelSelector: {}, orLabelSelectors: [{}] }, 'only one can be specified'],
  ])('such as %j is told in words', async (spec, message) => {
    await storeBackup(world.store, 'b', FINE)
    expect((await problemsOf(spec))?.join('\n')).toContain(message)
  })
})

describe('a backup that can’t be restored', () => {
  it('because there is none of that name', async () => {
    expect(await problemsOf({})).toEqual([
      'Error retrieving backup: can\'t find backup velero/b: Backup.velero.io "b" not found',
    ])
  })

  it.each([
    ['Failed', { failureReason: 'no space' }, /backup "b" is Failed \(no space\)/],
    ['InProgress', {}, /backup "b" is InProgress/],
    ['FailedValidation', {}, /backup "b" is FailedValidation/],
    ['Deleting', {}, /backup "b" is Deleting/],
  ] as [BackupPhase, BackupStatus, RegExp][])('because it is %s', async (phase, more, message) => {
    await storeBackup(world.store, 'b', FINE, { status: { phase, ...more } })
    expect((await problemsOf({}))?.[0]).toMatch(message)
  })

  it('because it has no archive', async () => {
    await storeBackup(world.store, 'b', FINE)
    await world.store.delete(['backups/b/b.tar.gz'])
    expect(await problemsOf({})).toEqual([expect.stringContaining('there is no object "backups/b/b.tar.gz"')])
  })

  it('because it is being deleted', async () => {
    await storeBackup(world.store, 'b', FINE)
    const deletion = { name: 'b', uid: 'uid-b', reason: 'expired', restores: [] }
    const held = await HeldDeletion.take(world.store, BACKUPS, deletion, { owner: 'gc', now: world.clock.now })
    await expect(world.restore(restoreOf('r', {}), { typed: true })).rejects.toThrow('backup "b" is being deleted')
    await held.close()
  })

  it('because its deletion begins at the same moment: no object is restored, and the record says why', async () => {
    const deletion = { name: 'b', uid: 'uid-b', reason: 'expired', restores: [] }
    await storeBackup(world.store, 'b', FINE)
    const store = guarded(world.store, async (what, call) => {
      if (what === 'put metadata/lateen/names/restores/r.json')
        await HeldDeletion.take(world.store, BACKUPS, deletion, { owner: 'gc', now: world.clock.now })
      return call()
    })
    const process = new Process()
    const { restore } = await world.restore(restoreOf('r', {}), {}, { store, wrap: process.wrap })
    expect(process.calls.cluster.filter(call => !call.startsWith('GET'))).toEqual([])
    expect(restore.status).toMatchObject({ phase: 'Failed', failureReason: 'the backup "b" is being deleted' })
  })

  it('does not stand in the way of one that was made with errors', async () => {
    await storeBackup(world.store, 'b', FINE, { status: { phase: 'PartiallyFailed', errors: 1 } })
    expect((await world.restore(restoreOf('r'))).restore.status?.phase).toBe('Completed')
  })
})

describe('a schedule', () => {
  const daily = { 'velero.io/schedule-name': 'daily' }
  it('gives its newest backup that is Completed', async () => {
    const backups = {
      old: ['Completed', 1],
      newer: ['Completed', 3],
      middle: ['Completed', 2],
      bad: ['PartiallyFailed', 4],
    }
    for (const [name, [phase, day]] of Object.entries(backups))
      await storeBackup(world.store, name, [namespace('shop'), configMap(`shop/of-${name}`)], {
        labels: daily,
        status: { phase: phase as 'Completed', startTimestamp: `2026-11-0${day}T00:00:00Z` },
      })
    await storeBackup(world.store, 'other', FINE, { status: { startTimestamp: '2026-11-09T00:00:00Z' } })
    await world.store.put('backups/damaged/velero-backup.json', '{"kind":')
    const { restore } = await world.restore(restoreOf('r', { scheduleName: 'daily' }))
    expect(restore.spec).toMatchObject({ scheduleName: 'daily', backupName: 'newer' })
    expect(await ask(world, '/api/v1/namespaces/shop/configmaps/of-newer')).toBeDefined()
  })

  it('without any backup, or any good one, is told as Velero tells it', async () => {
    expect(await problemsOf({ scheduleName: 'daily' })).toEqual([
      'No backups found for schedule',
      'No completed backups found for schedule',
    ])
    await storeBackup(world.store, 'b', FINE, { labels: daily, status: { phase: 'Failed' } })
    expect(await problemsOf({ scheduleName: 'daily' }, 'again')).toEqual(['No completed backups found for schedule'])
  })
})

describe('a name', () => {
  beforeEach(() => storeBackup(world.store, 'b', FINE))

  it('that another restore has is refused, while it lasts', async () => {
    await world.restore(restoreOf('r'))
    const record = world.store.objects.get('restores/r/velero-restore.json')
    for (const typed of [true, false])
      await expect(world.restore(restoreOf('r', {}, { uid: 'another' }), { typed })).rejects.toThrow(RestoreExistsError)
    expect(world.store.objects.get('restores/r/velero-restore.json')).toBe(record)
  })

  it('under which Velero restored before is refused, and what lies there left alone', async () => {
    await world.store.put('restores/r/restore-r-logs.gz', 'of velero')
    await expect(world.restore(restoreOf('r'))).rejects.toThrow(ForeignObjectsError)
    expect(await keys(world.store, 'restores/')).toEqual(['restores/r/restore-r-logs.gz'])
    expect(world.store.objects.get('restores/r/restore-r-logs.gz')?.body.toString()).toBe('of velero')
  })
})

describe('a mapping', () => {
  it('onto a namespace that is restored too is refused', async () => {
    await storeBackup(world.store, 'b', [...FINE, namespace('data'), configMap('data/a')])
    expect(await problemsOf({ namespaceMapping: { shop: 'data' } })).toEqual([
      expect.stringContaining('namespace shop is mapped to data'),
    ])
    const { restore } = await world.restore(
      restoreOf('q', { namespaceMapping: { shop: 'data' }, excludedNamespaces: ['data'] }),
    )
    expect(restore.status?.phase).toBe('Completed')
  })
})

describe('a location with folders of somebody else', () => {
  it('is refused, for Velero would refuse it from then on', async () => {
    await storeBackup(world.store, 'b', FINE)
    await world.store.put('photos/1.jpg', 'x')
    await expect(world.restore(restoreOf('r'))).rejects.toThrow(/unavailable.*photos/)
    expect((await keys(world.store)).filter(key => !key.startsWith('backups/'))).toEqual(['photos/1.jpg'])
  })
})
