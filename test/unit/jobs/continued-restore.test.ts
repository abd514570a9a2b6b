import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { getRestore } from '../../../lib/jobs/read-restores.ts'
import type { Restore, RestoreSpec } from '../../../lib/velero/types-restore.ts'
import { keys } from '../../helpers/backups.ts'
import { type Between, continued } from '../../helpers/continuations.ts'
import { dump } from '../../helpers/dump.ts'
import { SMALL_SIZES } from '../../helpers/many-objects.ts'
import { MemoryStore } from '../../helpers/memory-store.ts'
import { backedUp, KINDS, openTarget, ownedBy, RESOURCES } from '../../helpers/restorable.ts'
import { leftOfRestore, readRestoreFiles } from '../../helpers/restores.ts'
import { rewriting, unestablished } from '../../helpers/rewriting.ts'
import { storeBackup } from '../../helpers/stored-backup.ts'
import { configMap, manifest, openWorld, restoreOf, type Seed, settingsOf, type World } from '../../helpers/world.ts'

/** Many times as many as are under way at once. Every third has an owner that takes a second write to bring back. */
const MAPS = Array.from({ length: 500 }, (_, i): Seed => {
  const place = `${i % 2 === 0 ? 'a' : 'b'}/map-${String(i).padStart(4, '0')}`
  const owners = [ownedBy('argo', { 'f:data': { 'f:a': {} } }, { operation: 'Apply' }), ownedBy('hpa', {})]
  return configMap(place, { a: '1' }, i % 3 === 0 ? { managedFields: owners } : {})
})
const THERE = MAPS.filter((_, i) => i % 20 === 1).map(map => ({ ...map, data: { a: 'other' } }))

type Source = 'with an index' | 'without an index'

const CASES: [Source, string, RestoreSpec, Partial<Restore['metadata']>][] = [
  [
    'with an index',
    'updating what is there, with status',
    { existingResourcePolicy: 'update', restoreStatus: { includedResources: ['hulls.lateen.test'] } },
    {},
  ],
  [
    'without an index',
    'replacing what is there',
    { existingResourcePolicy: 'recreate' },
    { annotations: { 'lateen.io/recreate-resources': 'configmaps' } },
  ],
]

/** Definitions are not served at the first looks at them. */
function lateDefinitions(): Between['wrap'] {
  let looks = 0
  const isLook = (call: string) => call.startsWith('GET') && call.includes('/customresourcedefinitions')
  return rewriting(call => (isLook(call) && ++looks < 6 ? unestablished : undefined))
}

describe('a restore whose invocations are stopped after some calls', () => {
  const stores: Record<Source, MemoryStore> = {
    'with an index': new MemoryStore(0),
    'without an index': new MemoryStore(0),
  }
  let source: World
  beforeAll(async () => {
    source = await openWorld({ store: stores['with an index'] })
    source.cluster.seed([...backedUp, ...MAPS])
    await source.backup(manifest('b', { includedResources: RESOURCES }), {}, { sizes: SMALL_SIZES })
    await storeBackup(stores['without an index'], 'b', [...backedUp, ...MAPS])
  })
  afterAll(() => source[Symbol.asyncDispose]())

  const clusterOf = (target: World) => dump(target, KINDS)

  it.each(
    CASES,
  )('ends as one that ran through, over twenty invocations: from an archive %s, %s', async (from, _, spec, metadata) => {
    const request = restoreOf('r', spec, metadata)
    await using undisturbed = await openTarget(stores[from], { more: THERE })
    await undisturbed.restore(request, {}, { sizes: SMALL_SIZES, wrap: lateDefinitions() })
    const whole = leftOfRestore(await readRestoreFiles(undisturbed.store, 'r'))
    const cluster = await clusterOf(undisturbed)
    await using target = await openTarget(stores[from], { more: THERE })
    const restored: number[] = []
    const { invocations } = await continued(
      (signal, between) => target.restore(request, { signal, wait: false }, { ...between, sizes: SMALL_SIZES }),
      { store: target.store, calls: 0, wrap: lateDefinitions(), atMost: MAPS.length },
      async (_, { restore: answered }) => {
        expect(answered.status?.phase).toBe('InProgress')
        const { restore } = await getRestore(settingsOf(), 'r', async () => target.store)
        expect(restore.status?.phase).toBe('InProgress')
        restored.push(restore.status?.progress?.itemsRestored ?? -1)
        expect(await keys(target.store, 'restores/r/')).toEqual([])
        target.clock.advance(1000)
      },
    )
    expect(leftOfRestore(await readRestoreFiles(target.store, 'r'))).toEqual(whole)
    expect(await clusterOf(target)).toEqual(cluster)
    expect(invocations).toBeGreaterThanOrEqual(20)
    expect(restored).toEqual(restored.toSorted((one, other) => one - other))
    expect(new Set(restored).size).toBeGreaterThan(10)
    expect(await keys(target.store, 'metadata/lateen/runs/uid-of-r/')).toEqual(
      ['lease', 'outcome'].map(file => `metadata/lateen/runs/uid-of-r/${file}.json`),
    )
    expect(target.store.uploads.size).toBe(0)
  })
})
