import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { RestoreResult } from '../../../lib/jobs/types.ts'
import type { Restore } from '../../../lib/velero/types-restore.ts'
import type { Faults } from '../../../playground/cluster/faults.ts'
import { ask } from '../../helpers/ask.ts'
import { keys, messages } from '../../helpers/backups.ts'
import { dump } from '../../helpers/dump.ts'
import { guarded } from '../../helpers/failing-store.ts'
import { manyManifest, manyObjects, priorityClass, SMALL_SIZES } from '../../helpers/many-objects.ts'
import { MemoryStore } from '../../helpers/memory-store.ts'
import { Process } from '../../helpers/process.ts'
import { hull, hullDefinition, KINDS, ownedBy } from '../../helpers/restorable.ts'
import { type RestoreFiles, readRestoreFiles } from '../../helpers/restores.ts'
import { rewriting, unestablished } from '../../helpers/rewriting.ts'
import { storeBackup } from '../../helpers/stored-backup.ts'
import {
  configMap,
  namespace,
  openWorld,
  restoreOf,
  type Seed,
  type World,
  type WorldAround,
} from '../../helpers/world.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const ended = AbortSignal.abort()
let faults: Faults
let world: World
beforeEach(async () => {
  faults = () => undefined
  world = await openWorld({ faults: request => faults(request) })
})
afterEach(() => world[Symbol.asyncDispose]())

/** Sends a request again and again, each time with no time at all, until it is done. */
async function inSmallSteps(
  request: Restore,
  around: WorldAround = {},
  onStep: (step: number) => unknown = () => {},
): Promise<{ steps: number; result: RestoreResult }> {
  for (let steps = 1; steps <= 300; steps++) {
    const result = await world.restore(request, { signal: ended, wait: false }, { sizes: SMALL_SIZES, ...around })
    if (result.how !== 'continued') return { steps, result }
    expect(result.restore.status?.phase).toBe('InProgress')
    expect(await keys(world.store, `restores/${request.metadata.name}/`)).toEqual([])
    world.clock.advance(1000)
    await onStep(steps)
  }
  throw new Error('not done after 300 invocations')
}

/** No part of the archive arrives while the cluster has anything to do, so that each invocation comes by few of them. */
function oneAfterTheOther(): WorldAround {
  let underWay = 0
  const store = guarded(world.store, async (what, call) => {
    while (underWay > 0 && what.endsWith('.tar.gz')) await new Promise(resolve => setImmediate(resolve))
    return call()
  })
  const wrap: WorldAround['wrap'] = ({ transport, ...connection }) => ({
    ...connection,
    transport: {
      server: transport.server,
      close: () => transport.close(),
      request: request => {
        underWay++
        return transport.request(request).finally(() => underWay--)
      },
    },
  })
  return { store, wrap }
}

const isLook = (call: string) => call.startsWith('GET') && call.includes('/customresourcedefinitions')
const counts = ({ record: { status } }: RestoreFiles) => [
  status?.phase,
  status?.progress,
  status?.errors,
  status?.warnings,
]
const MAPS = Array.from({ length: 70 }, (_, i) => configMap(`a/map-${i}`))

describe('a restore whose time ends at once, again and again', () => {
  it('ends as one that ran through, with the same cluster, over twenty invocations and more', async () => {
    const source = await openWorld({ store: world.store })
    source.cluster.seed([...manyObjects(130), priorityClass])
    await source.backup(manyManifest('b'), {}, { sizes: SMALL_SIZES })
    await source[Symbol.asyncDispose]()
    const through = await openWorld({ store: world.store.copy() })
    await through.restore(restoreOf('r'))
    const { steps, result } = await inSmallSteps(restoreOf('r'), oneAfterTheOther())
    expect(steps).toBeGreaterThan(20)
    expect(result.how).toBe('finished')
    const [one, many] = [await readRestoreFiles(through.store, 'r'), await readRestoreFiles(world.store, 'r')]
    expect(many.list).toEqual(one.list)
    expect(many.results).toEqual(one.results)
    expect(counts(many)).toEqual(counts(one))
    expect(await dump(world, KINDS)).toEqual(await dump(through, KINDS))
    expect(await keys(world.store, 'metadata/lateen/runs/uid-of-r/')).toEqual(
      ['lease', 'outcome'].map(file => `metadata/lateen/runs/uid-of-r/${file}.json`),
    )
    await through[Symbol.asyncDispose]()
  })

  it('tries what failed again too, and gives up at last', async () => {
    const owned = (name: string) => configMap(`a/${name}`, {}, { managedFields: [ownedBy(name, { 'f:data': {} })] })
    await storeBackup(world.store, 'b', [namespace('a'), owned('late'), owned('never'), configMap('a/fine')])
    let late = 4
    faults = ({ method, path }) => {
      const refused = path.endsWith('fieldManager=never') || (path.endsWith('fieldManager=late') && late-- > 0)
      return method === 'POST' && refused ? { status: 500, body: '{"kind":"Status","message":"not now"}' } : undefined
    }
    const { steps, result } = await inSmallSteps(restoreOf('r'))
    expect(steps).toBeGreaterThan(4)
    expect(result.restore.status?.phase).toBe('PartiallyFailed')
    const files = await readRestoreFiles(world.store, 'r')
    expect(files.list['v1/ConfigMap']).toEqual(['a/fine(created)', 'a/late(created)', 'a/never(failed)'])
    expect(messages(files.results, 'errors')).toEqual(['error restoring configmaps/a/never: not now'])
  })

  it('comes to many that never pass, and to the last of them', async () => {
    await storeBackup(world.store, 'b', [namespace('a'), ...MAPS])
    faults = ({ method, path }) =>
      method === 'POST' && path.includes('/configmaps')
        ? { status: 500, body: '{"kind":"Status","message":"no"}' }
        : undefined
    await inSmallSteps(restoreOf('r'))
    const files = await readRestoreFiles(world.store, 'r')
    expect(files.list['v1/ConfigMap']).toHaveLength(MAPS.length)
    expect(files.record.status).toMatchObject({ phase: 'PartiallyFailed', errors: MAPS.length })
  })

  it('waits for definitions in whichever invocation', async () => {
    await storeBackup(world.store, 'b', [namespace('a'), hullDefinition, hull('a/main'), configMap('a/x')])
    let looks = 0
    const wrap = rewriting(call => (isLook(call) && ++looks < 6 ? unestablished : undefined))
    await inSmallSteps(restoreOf('r'), { wrap })
    expect(looks).toBeGreaterThanOrEqual(6)
    const files = await readRestoreFiles(world.store, 'r')
    expect(files.results).toEqual({ errors: {}, warnings: {} })
    expect(files.list['lateen.test/v1/Hull']).toEqual(['a/main(created)'])
  })

  it('tells once what is wrong with definitions', async () => {
    await storeBackup(world.store, 'b', [namespace('a'), hullDefinition, configMap('a/x')])
    const taken = (text: string) => text.replaceAll('"status":"True"', '"status":"False"')
    await inSmallSteps(restoreOf('r'), { wrap: rewriting(call => (isLook(call) ? taken : undefined)) })
    const { results } = await readRestoreFiles(world.store, 'r')
    expect(results.errors.cluster).toEqual([expect.stringContaining('the CRD hulls.lateen.test is not available')])
  })

  it('waits no longer in many invocations than in one', async () => {
    const ending = { ...namespace('b'), status: { phase: 'Terminating' } }
    world.cluster.seed([ending])
    await storeBackup(world.store, 'b', [namespace('a'), hullDefinition, configMap('a/x'), configMap('b/x')])
    const wrap = rewriting(call => (isLook(call) ? unestablished : undefined))
    const { steps } = await inSmallSteps(restoreOf('r'), { wrap }, () => world.clock.advance(59_000))
    // Ten minutes for each.
    expect(steps).toBeLessThan(30)
    const { results, list } = await readRestoreFiles(world.store, 'r')
    expect(messages(results, 'errors').sort()).toEqual([
      expect.stringContaining('error verifying the CRD hulls.lateen.test is ready to use: context deadline exceeded'),
      expect.stringContaining('timed out waiting for terminating namespace b'),
    ])
    expect(list['v1/ConfigMap']).toEqual(['a/x(created)', 'b/x(failed)'])
  })

  it('keeps what was decided when it began, also where the cluster serves more by now', async () => {
    const old: Seed = { ...hull('a/main'), apiVersion: 'lateen.test/v1alpha1' }
    await storeBackup(world.store, 'b', [namespace('a'), old, configMap('a/x')])
    await inSmallSteps(restoreOf('r'), {}, step => step === 1 && world.cluster.seed([hullDefinition]))
    const files = await readRestoreFiles(world.store, 'r')
    expect(messages(files.results, 'errors')).toEqual([expect.stringMatching(/does not serve hulls.*\(1 object not/)])
  })

  it('is refused where its backup has been replaced by another of the same name', async () => {
    await storeBackup(world.store, 'b', [namespace('a'), ...MAPS])
    expect((await world.restore(restoreOf('r'), { signal: ended })).how).toBe('continued')
    await storeBackup(world.store, 'b', [namespace('z'), configMap('z/other')])
    const { restore: record } = await world.restore(restoreOf('r'))
    expect(record.status?.phase).toBe('Failed')
    expect(await ask(world, '/api/v1/namespaces/z')).toBeUndefined()
    await readRestoreFiles(world.store, 'r')
  })
})

describe('a restore that is stopped', () => {
  it('at any moment goes on, and nothing is done twice', async () => {
    const objects = [namespace('a'), hullDefinition, hull('a/main'), ...MAPS.slice(0, 6)]
    const backup = await openWorld()
    await storeBackup(backup.store, 'b', objects)
    await backup.restore(restoreOf('r'))
    const whole = await readRestoreFiles(backup.store, 'r')
    const cluster = await dump(backup, KINDS)
    for (let call = 1; ; call += 11) {
      const target = await openWorld({
        store: new MemoryStore(0),
      })
      try {
        await storeBackup(target.store, 'b', objects)
        const controller = new AbortController()
        const process = new Process(undefined, () => {
          const { store, cluster } = process.calls
          if (store.length + cluster.length >= call) controller.abort()
        })
        const around = { store: process.store(target.store), wrap: process.wrap, sizes: SMALL_SIZES }
        const first = await target.restore(restoreOf('r'), { signal: controller.signal }, around)
        if (first.how === 'continued') await target.restore(restoreOf('r'))
        const files = await readRestoreFiles(target.store, 'r')
        expect([files.list, files.results, counts(files)]).toEqual([whole.list, whole.results, counts(whole)])
        expect(await dump(target, KINDS)).toEqual(cluster)
        if (!controller.signal.aborted) break
      } finally {
        await target[Symbol.asyncDispose]()
      }
    }
    await backup[Symbol.asyncDispose]()
  }, 120_000)
})
