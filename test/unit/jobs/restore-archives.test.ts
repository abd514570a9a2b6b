import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { RestoreSpec } from '../../../lib/velero/types-restore.ts'
import { ask } from '../../helpers/ask.ts'
import { messages, readKey } from '../../helpers/backups.ts'
import { SMALL_SIZES } from '../../helpers/many-objects.ts'
import { hull, hullDefinition } from '../../helpers/restorable.ts'
import { type RestoreFiles, readRestoreFiles } from '../../helpers/restores.ts'
import { pathsOf, storeBackup } from '../../helpers/stored-backup.ts'
import { configMap, manifest, namespace, openWorld, restoreOf, type World } from '../../helpers/world.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world[Symbol.asyncDispose]())

async function restore(spec: RestoreSpec = {}): Promise<RestoreFiles> {
  await world.restore(restoreOf('r', spec))
  return readRestoreFiles(world.store, 'r')
}

const errorsOf = ({ results }: RestoreFiles) => messages(results, 'errors')
const FINE = [namespace('shop'), configMap('shop/fine', { a: '1' })]
const place = (path: string) => pathsOf(configMap(path))[0]

describe('an archive', () => {
  it.each([
    ['no JSON', '{"apiVersion":', /^error decoding "resources\/configmaps\/namespaces\/shop\/odd\.json": /],
    ['no object', '[1]', /it is no Kubernetes object/],
    ['no metadata', '{"apiVersion":"v1","kind":"ConfigMap"}', /metadata not found/],
    [
      'another object than its name says',
      JSON.stringify(configMap('shop/fine')),
      /it holds another object, "shop\/fine"/,
    ],
    [
      'an object of another namespace',
      JSON.stringify(configMap('kube-system/odd')),
      /another object, "kube-system\/odd"/,
    ],
  ])('with an entry that holds %s gives all others, and names that one', async (_, content, message) => {
    await storeBackup(world.store, 'b', FINE, { entries: [[place('shop/odd'), content]] })
    const files = await restore()
    expect(errorsOf(files)).toEqual([expect.stringMatching(message)])
    expect(files.results.errors.namespaces?.shop).toHaveLength(1)
    expect(files.list['v1/ConfigMap']).toEqual(['shop/fine(created)'])
    expect(files.record.status).toMatchObject({ phase: 'PartiallyFailed', errors: 1 })
    expect(await ask(world, '/api/v1/namespaces/kube-system/configmaps/odd')).toBeUndefined()
  })

  it('that has an object twice gives the later one, once', async () => {
    const later = JSON.stringify(configMap('shop/fine', { a: '2' }))
    await storeBackup(world.store, 'b', FINE, { entries: [[place('shop/fine'), later]] })
    const files = await restore()
    expect(files.list['v1/ConfigMap']).toEqual(['shop/fine(created)'])
    expect(await ask(world, '/api/v1/namespaces/shop/configmaps/fine')).toMatchObject({ data: { a: '2' } })
  })

  it('with paths that climb gives what is fine, and names them', async () => {
    const stray = JSON.stringify(configMap('kube-system/evil'))
    const path = 'resources/configmaps/namespaces/../../../../etc/evil.json'
    await storeBackup(world.store, 'b', FINE, { entries: [[path, stray]] })
    const files = await restore()
    expect(files.list['v1/ConfigMap']).toEqual(['shop/fine(created)'])
    expect(files.log.some(({ message, level }) => level !== 'info' && message.includes('..'))).toBe(true)
  })

  it('that ends early gives what is there, and says from where on nothing is', async () => {
    await storeBackup(world.store, 'b', [...FINE, ...Array.from({ length: 50 }, (_, i) => configMap(`shop/more-${i}`))])
    const key = 'backups/b/b.tar.gz'
    const whole = await readKey(world.store, key)
    await world.store.put(key, whole.subarray(0, whole.length - 200))
    const files = await restore()
    expect(errorsOf(files)).toEqual([expect.stringContaining('the archive ends early')])
    expect(files.list['v1/Namespace']).toEqual(['shop(created)'])
    expect(files.record.status?.phase).toBe('PartiallyFailed')
  })

  it('of ours with a damaged part gives all other parts, and names the kind and what lay there', async () => {
    const source = await openWorld({ store: world.store })
    source.cluster.seed([
      namespace('a'),
      configMap('a/x', { a: '1' }),
      { ...configMap('a/key'), kind: 'Secret', data: {} },
    ])
    await source.backup(
      manifest('b', { includedNamespaces: ['a'], includedResources: ['configmaps', 'secrets', 'namespaces'] }),
    )
    await source[Symbol.asyncDispose]()
    const rows = await indexOf('b')
    const bad = rows.find(({ resource }) => resource === 'secrets')
    const archive = Buffer.from(await readKey(world.store, 'backups/b/b.tar.gz'))
    archive.fill(0, (bad?.offset ?? 0) + 20, (bad?.offset ?? 0) + 40)
    await world.store.put('backups/b/b.tar.gz', archive)
    const files = await restore()
    expect(errorsOf(files)).toEqual([expect.stringMatching(/secrets/)])
    expect(files.list['v1/ConfigMap']).toContain('a/x(created)')
    expect(files.list['v1/Secret']).toBeUndefined()
    expect(files.record.status?.phase).toBe('PartiallyFailed')
  })

  it('with numbers that no double holds gives them to the digit', async () => {
    const text = JSON.stringify(hull('shop/big')).replace('12', '9007199254740993')
    const [path] = pathsOf(hull('shop/big'))
    await storeBackup(world.store, 'b', [namespace('shop'), hullDefinition], { entries: [[path, text]] })
    expect((await restore()).list['lateen.test/v1/Hull']).toEqual(['shop/big(created)'])
    const answer = await fetch(`${world.cluster.url}/apis/lateen.test/v1/namespaces/shop/hulls/big`, {
      headers: { authorization: `Bearer ${world.cluster.token}` },
    })
    expect(await answer.text()).toContain('"planks":9007199254740993')
  })

  it('without any object gives a restore of nothing, with a warning', async () => {
    await storeBackup(world.store, 'b', [])
    const files = await restore()
    expect(files.list).toEqual({})
    expect(files.record.status).toMatchObject({ phase: 'Completed', warnings: 1 })
    expect(messages(files.results, 'warnings')).toEqual([expect.stringContaining('zero items to be restored')])
  })

  it('that is no archive at all ends the restore, with the reason', async () => {
    await storeBackup(world.store, 'b', FINE)
    await world.store.put('backups/b/b.tar.gz', 'not gzip')
    const { restore: record, errors } = await world.restore(restoreOf('r'), {}, { sizes: SMALL_SIZES })
    expect(['Failed', 'PartiallyFailed']).toContain(record.status?.phase)
    expect(errors).toHaveLength(1)
    await readRestoreFiles(world.store, 'r')
  })
})

async function indexOf(name: string): Promise<{ resource: string; offset: number }[]> {
  const text = gunzipSync(await readKey(world.store, `backups/${name}/${name}-lateen-index.json.gz`)).toString()
  return text
    .trimEnd()
    .split('\n')
    .slice(1)
    .map(line => JSON.parse(line))
}
