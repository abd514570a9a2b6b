import { afterEach, describe, expect, it, vi } from 'vitest'
import { ask } from '../../helpers/ask.ts'
import { messages } from '../../helpers/backups.ts'
import { Killed } from '../../helpers/failing-store.ts'
import { Process } from '../../helpers/process.ts'
import { listed, readRestoreFiles } from '../../helpers/restores.ts'
import { storeBackup } from '../../helpers/stored-backup.ts'
import { configMap, namespace, openWorld, restoreOf, type World, type WorldOptions } from '../../helpers/world.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const MAPS = Array.from({ length: 10 }, (_, i) => configMap(`shop/map-${i}`))
const BACKED_UP = [namespace('shop', { team: 'red' }), namespace('data'), configMap('data/a'), ...MAPS]
const HELD = configMap('shop/held', {}, { finalizers: ['lateen.test/hold'] })

let world: World
afterEach(() => world[Symbol.asyncDispose]())

/** A cluster in which the namespace is on its way out, and held. */
async function open(options: WorldOptions = {}): Promise<void> {
  world = await openWorld(options)
  await storeBackup(world.store, 'b', BACKED_UP)
  world.cluster.seed([namespace('shop'), HELD])
  await ask(world, '/api/v1/namespaces/shop', { method: 'DELETE' })
  await world.cluster.settled()
  world.clock.advance(60_000)
}

const letGo = () =>
  ask(world, '/api/v1/namespaces/shop/configmaps/held', {
    method: 'PATCH',
    type: 'application/merge-patch+json',
    body: { metadata: { finalizers: null } },
  })

describe('a namespace that is being deleted', () => {
  it('is waited for, and made anew with what the backup says of it', async () => {
    let looks = 0
    await open({
      faults: ({ method, path }) => {
        if (method === 'GET' && path === '/api/v1/namespaces/shop' && ++looks === 4) void letGo()
        return undefined
      },
    })
    await world.restore(restoreOf('r'))
    const files = await readRestoreFiles(world.store, 'r')
    expect(files.record.status?.phase).toBe('Completed')
    expect(files.list['v1/Namespace']).toEqual(['data(created)', 'shop(created)'])
    expect(await ask(world, '/api/v1/namespaces/shop')).toMatchObject({ metadata: { labels: { team: 'red' } } })
    expect(listed(files).every(line => line.endsWith('(created)'))).toBe(true)
  })

  it('for too long is waited for once, and told once with how many objects it would have had', async () => {
    await open()
    const begun = world.clock.now().getTime()
    await world.restore(restoreOf('r'))
    // Ten minutes, not ten for each object.
    const minutes = (world.clock.now().getTime() - begun) / 60_000
    expect([minutes >= 10, minutes < 11]).toEqual([true, true])
    const files = await readRestoreFiles(world.store, 'r')
    const timedOut =
      'timed out waiting for terminating namespace shop to disappear before restoring: context deadline exceeded'
    expect(files.results.errors).toEqual({ velero: [`${timedOut} (11 objects not restored)`] })
    expect(files.list['v1/ConfigMap']).toEqual([
      'data/a(created)',
      ...MAPS.map(({ metadata }) => `shop/${metadata.name}(failed)`),
    ])
    expect(files.record.status?.phase).toBe('PartiallyFailed')
  })

  it('is gone on waiting for by the next invocation where the time ends', async () => {
    await open()
    const controller = new AbortController()
    const process = new Process(undefined, (_, call) => {
      if (process.calls.cluster[call - 1] === 'GET /api/v1/namespaces/shop') controller.abort()
    })
    const around = { wrap: process.wrap }
    expect((await world.restore(restoreOf('r'), { signal: controller.signal }, around)).how).toBe('continued')
    await letGo()
    await world.cluster.settled()
    expect((await world.restore(restoreOf('r'))).restore.status?.phase).toBe('Completed')
    const files = await readRestoreFiles(world.store, 'r')
    expect(files.list['v1/Namespace']).toEqual(['data(created)', 'shop(created)'])
    expect(files.list['v1/ConfigMap']).toHaveLength(11)
  })
})

describe('a namespace', () => {
  it('that exists is left as it is, and stands in no list', async () => {
    world = await openWorld()
    await storeBackup(world.store, 'b', BACKED_UP)
    world.cluster.seed([namespace('shop', { team: 'blue' })])
    await world.restore(restoreOf('r'))
    const files = await readRestoreFiles(world.store, 'r')
    expect(files.list['v1/Namespace']).toEqual(['data(created)'])
    expect(messages(files.results, 'warnings')).toEqual([])
    expect(await ask(world, '/api/v1/namespaces/shop')).toMatchObject({ metadata: { labels: { team: 'blue' } } })
  })

  it('is asked for once, however many objects go there', async () => {
    world = await openWorld()
    await storeBackup(world.store, 'b', BACKED_UP)
    const process = new Process()
    await world.restore(restoreOf('r'), {}, { wrap: process.wrap })
    expect(process.calls.cluster.filter(call => call.endsWith('/namespaces/shop'))).toHaveLength(1)
  })

  it('that was made a moment ago by another restore is not counted again', async () => {
    world = await openWorld()
    await storeBackup(world.store, 'b', BACKED_UP)
    await world.restore(restoreOf('first'))
    await world.restore(restoreOf('r'))
    expect((await readRestoreFiles(world.store, 'r')).list['v1/Namespace']).toBeUndefined()
  })

  it('that was made for an object by a run that died is counted once', async () => {
    world = await openWorld()
    await storeBackup(world.store, 'b', BACKED_UP)
    const process = new Process({ side: 'cluster', act: 'writes', call: 1, carriedOut: true })
    const around = { store: process.store(world.store), wrap: process.wrap }
    // Namespace objects are not restored then: it is made when its first object comes.
    const request = restoreOf('r', { includedNamespaces: ['shop'] })
    await expect(world.restore(request, {}, around)).rejects.toThrow(Killed)
    expect(process.calls.cluster.at(-1)).toBe('POST /api/v1/namespaces')
    world.clock.advance(60_000)
    await world.restore(request)
    const { list } = await readRestoreFiles(world.store, 'r')
    expect(list['v1/Namespace']).toEqual(['shop(created)'])
    expect(list['v1/ConfigMap']).toHaveLength(MAPS.length)
  })

  it('that can’t be made is told, and all others get what is theirs', async () => {
    world = await openWorld({
      authorise: (verb, resource, ns) => (resource === 'namespaces' ? verb !== 'create' : ns !== 'shop'),
    })
    await storeBackup(world.store, 'b', BACKED_UP)
    world.cluster.seed([namespace('data')])
    await world.restore(restoreOf('r'), {}, { limited: true })
    const files = await readRestoreFiles(world.store, 'r')
    expect(files.list['v1/ConfigMap']?.[0]).toBe('data/a(created)')
    expect(messages(files.results, 'errors')).toEqual([
      expect.stringMatching(/^error creating namespace shop: .*cannot create resource "namespaces".* \(11 objects/),
    ])
  })
})
