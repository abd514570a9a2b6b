import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Restore, RestoreSpec } from '../../../lib/velero/types-restore.ts'
import type { Faults } from '../../../playground/cluster/faults.ts'
import { ask, change, create } from '../../helpers/ask.ts'
import { messages } from '../../helpers/backups.ts'
import { Killed } from '../../helpers/failing-store.ts'
import { Process } from '../../helpers/process.ts'
import { ownedBy, serviceAccount } from '../../helpers/restorable.ts'
import { outcome, type RestoreFiles, readRestoreFiles } from '../../helpers/restores.ts'
import { storeBackup } from '../../helpers/stored-backup.ts'
import { configMap, manifest, namespace, openWorld, restoreOf, type Seed, type World } from '../../helpers/world.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let faults: Faults
let world: World
beforeEach(async () => {
  faults = () => undefined
  world = await openWorld({ faults: request => faults(request) })
})
afterEach(() => world[Symbol.asyncDispose]())

const MAP = '/api/v1/namespaces/shop/configmaps/a'
const PLAIN = { includedNamespaces: ['shop'], includedResources: ['configmaps', 'serviceaccounts'] }

/** Backs up what there is, and lets time pass. */
async function backup(): Promise<void> {
  await world.backup(manifest('b', { includeClusterResources: true }))
  world.clock.advance(60_000)
}

async function restore(
  spec: RestoreSpec = {},
  metadata: Partial<Restore['metadata']> = {},
  name = 'r',
): Promise<RestoreFiles & { calls: string[] }> {
  const process = new Process()
  await world.restore(restoreOf(name, spec, metadata), {}, { wrap: process.wrap })
  return { ...(await readRestoreFiles(world.store, name)), calls: process.calls.cluster }
}

/** Requests that change something. */
const changes = (calls: readonly string[]) => calls.filter(call => /^(PUT|PATCH|DELETE) /.test(call))

describe('an object that differs', () => {
  beforeEach(async () => {
    await create(world, namespace('shop'), configMap('shop/a', { a: '1', b: '1' }), configMap('shop/same', { a: '1' }))
    await backup()
    await change(world, MAP, { data: { a: '2', b: null, c: '3' } })
  })

  it.each([
    ['', 'could not restore, ConfigMap:a already exists.'],
    ['none', 'could not restore, ConfigMap "a" already exists.'],
  ] as const)('is left alone under policy %j, with a warning in Velero’s words and what differs', async (policy, words) => {
    const files = await restore({ ...PLAIN, existingResourcePolicy: policy })
    expect(messages(files.results, 'warnings')).toEqual([
      `${words} Warning: the in-cluster version is different than the backed-up version (data.a, data.b, data.c)`,
    ])
    expect(files.results.warnings.namespaces?.shop).toHaveLength(1)
    expect(outcome(files, 'v1/ConfigMap', 'shop/a')).toBe('failed')
    expect(files.record.status).toMatchObject({ phase: 'Completed', warnings: 1 })
    expect(changes(files.calls)).toEqual([])
    expect(await ask(world, MAP)).toMatchObject({ data: { a: '2', c: '3' } })
  })

  it('becomes what it was under policy update; what is equal only gets the labels', async () => {
    const files = await restore({ ...PLAIN, existingResourcePolicy: 'update' })
    expect(files.results).toEqual({ errors: {}, warnings: {} })
    expect(outcome(files, 'v1/ConfigMap', 'shop/a')).toBe('updated')
    expect(outcome(files, 'v1/ConfigMap', 'shop/same')).toBe('skipped')
    expect((await ask(world, MAP)) as Seed).toMatchObject({ data: { a: '1', b: '1' } })
    for (const name of ['a', 'same'])
      expect(await ask(world, `/api/v1/namespaces/shop/configmaps/${name}`)).toMatchObject({
        metadata: { labels: { 'velero.io/backup-name': 'b', 'velero.io/restore-name': 'r' } },
      })
  })

  it('is not asked to be created, which quotas would count and webhooks hear of', async () => {
    const creates = (calls: readonly string[]) => calls.filter(call => call.startsWith('POST '))
    expect(creates((await restore(PLAIN)).calls)).toEqual([])
    await ask(world, MAP, { method: 'DELETE' })
    const files = await restore(PLAIN, {}, 'again')
    expect(outcome(files, 'v1/ConfigMap', 'shop/a')).toBe('created')
    expect(creates(files.calls)).toHaveLength(1)
  })

  it('is the same again after an update, and not written a second time', async () => {
    await restore({ ...PLAIN, existingResourcePolicy: 'update' })
    const second = await restore(PLAIN, {}, 'again')
    expect(second.results).toEqual({ errors: {}, warnings: {} })
    expect(changes(second.calls)).toEqual([])
  })

  it('is an error under policy update where the API refuses the change', async () => {
    await change(world, MAP, { immutable: true })
    const files = await restore({ ...PLAIN, existingResourcePolicy: 'update' })
    expect(outcome(files, 'v1/ConfigMap', 'shop/a')).toBe('failed')
    expect(messages(files.results, 'errors')).toEqual([expect.stringContaining('immutable')])
    expect(files.record.status?.phase).toBe('PartiallyFailed')
  })

  it('is made anew under policy recreate, of the kinds that are named', async () => {
    const before = (await ask(world, MAP)) as Seed
    const annotations = { 'lateen.io/recreate-resources': 'cm' }
    const files = await restore({ ...PLAIN, existingResourcePolicy: 'recreate' }, { annotations })
    expect(files.results).toEqual({ errors: {}, warnings: {} })
    expect(outcome(files, 'v1/ConfigMap', 'shop/a')).toBe('created')
    expect(outcome(files, 'v1/ConfigMap', 'shop/same')).toBe('skipped')
    const after = (await ask(world, MAP)) as Seed
    expect(after.data).toEqual({ a: '1', b: '1' })
    expect(after.metadata.uid).not.toBe(before.metadata.uid)
    expect(changes(files.calls)).toEqual(['DELETE /api/v1/namespaces/shop/configmaps/a'])
  })

  it('is left alone under policy recreate where its kind is not named', async () => {
    const annotations = { 'lateen.io/recreate-resources': 'secrets' }
    const files = await restore({ ...PLAIN, existingResourcePolicy: 'recreate' }, { annotations })
    expect(messages(files.results, 'warnings')).toHaveLength(1)
    expect(changes(files.calls)).toEqual([])
  })

  it('that is held by a finalizer when it is to be made anew is waited for, and told', async () => {
    await change(world, MAP, { metadata: { finalizers: ['lateen.test/hold'] } })
    const annotations = { 'lateen.io/recreate-resources': 'configmaps' }
    const files = await restore({ ...PLAIN, existingResourcePolicy: 'recreate' }, { annotations })
    expect(messages(files.results, 'errors')).toEqual([
      expect.stringMatching(/timed out waiting for configmaps\/shop\/a to be gone.*lateen\.test\/hold/),
    ])
  })
})

describe('an update that does not come to its end', () => {
  const data = { 'f:data': { 'f:a': {} } }
  const argo = ownedBy('argo', data, { operation: 'Apply' })
  const update = { existingResourcePolicy: 'update' as const }
  const owners = async () =>
    ((await ask(world, '/api/v1/namespaces/shop/configmaps/owned')) as Seed).metadata.managedFields

  beforeEach(async () => {
    await storeBackup(world.store, 'b', [
      namespace('shop'),
      configMap('shop/owned', { a: '1' }, { managedFields: [argo] }),
      configMap('shop/less', { a: '1' }),
      configMap('shop/same', { a: '1' }),
    ])
    const there = (name: string, content: Record<string, string>) =>
      configMap(`shop/${name}`, content, { managedFields: [ownedBy('kubectl', data)] })
    world.cluster.seed([
      namespace('shop'),
      there('owned', { a: '2' }),
      there('less', { a: '1', more: '2' }),
      there('same', { a: '1' }),
    ])
    world.clock.advance(60_000)
  })

  it.each([1, 2, 3, 4])('for it dies with its write %i, is told and ended by the next', async call => {
    const process = new Process({ side: 'cluster', act: 'writes', call, carriedOut: true })
    const around = { store: process.store(world.store), wrap: process.wrap }
    await expect(world.restore(restoreOf('r', update), {}, around)).rejects.toThrow(Killed)
    world.clock.advance(60_000)
    const { list } = await restore(update)
    expect(list['v1/ConfigMap']).toEqual(['shop/less(updated)', 'shop/owned(updated)', 'shop/same(skipped)'])
    expect(await owners()).toEqual([argo])
  })

  it('for owners can’t be brought back at the moment, is ended a little later', async () => {
    let patches = 0
    faults = ({ method, path }) =>
      method === 'PATCH' && path.includes('/owned') && ++patches === 2
        ? { status: 500, body: '{"kind":"Status","message":"not now"}' }
        : undefined
    const { list, results } = await restore(update)
    expect(patches).toBe(3)
    expect(results).toEqual({ errors: {}, warnings: {} })
    expect(list['v1/ConfigMap']).toContain('shop/owned(updated)')
    expect(await owners()).toEqual([argo])
  })
})

describe('a ServiceAccount that differs', () => {
  it('keeps what it has, and gets what only the backup has, under every policy', async () => {
    await create(
      world,
      namespace('shop'),
      serviceAccount('shop/robot', { imagePullSecrets: [{ name: 'old' }] }, { labels: { a: '1' } }),
    )
    await backup()
    const path = '/api/v1/namespaces/shop/serviceaccounts/robot'
    await change(world, path, { imagePullSecrets: [{ name: 'new' }], metadata: { labels: { a: '2', b: '2' } } })
    const files = await restore(PLAIN)
    expect(outcome(files, 'v1/ServiceAccount', 'shop/robot')).toBe('updated')
    expect(files.results).toEqual({ errors: {}, warnings: {} })
    expect(await ask(world, path)).toMatchObject({
      imagePullSecrets: [{ name: 'new' }, { name: 'old' }],
      metadata: { labels: { a: '2', b: '2' } },
    })
    const again = await restore(PLAIN, {}, 'again')
    expect(outcome(again, 'v1/ServiceAccount', 'shop/robot')).toBe('skipped')
    expect(changes(again.calls)).toEqual([])
  })
})
