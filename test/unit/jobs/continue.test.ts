import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SIZES } from '../../../lib/bucket/sizes.ts'
import type { BackupResult } from '../../../lib/jobs/types.ts'
import type { Backup, BackupSpec } from '../../../lib/velero/types.ts'
import { type BackupFiles, keys, readBackupFiles } from '../../helpers/backups.ts'
import { manyObjects, priorityClass, SMALL_SIZES } from '../../helpers/many-objects.ts'
import { manifest, namespace, openWorld, type World, type WorldAround } from '../../helpers/world.ts'

const ended = AbortSignal.abort()

/** Sends a request again and again, each time with no time at all, until it is done. */
async function inSmallSteps(
  world: World,
  request: Backup,
  around: WorldAround = {},
  atMost = 200,
): Promise<{ steps: number; result: BackupResult }> {
  for (let steps = 1; steps <= atMost; steps++) {
    const result = await world.backup(request, { signal: ended }, around)
    if (result.how !== 'continued') return { steps, result }
    expect(await world.store.head(`backups/${request.metadata.name}/velero-backup.json`)).toBeUndefined()
    expect(result.backup.status?.phase).toBe('InProgress')
    world.clock.advance(1000)
  }
  throw new Error(`not done after ${atMost} invocations`)
}

const contentOf = ({ stored }: BackupFiles) =>
  [...stored].map(([type, objects]) => [type, [...objects].map(([key, json]) => [key, json.toString()]).sort()]).sort()

describe('a run whose time ends at every page', () => {
  let world: World
  beforeAll(async () => {
    world = await openWorld()
    world.cluster.seed([...manyObjects(1600), priorityClass])
  }, 30_000)
  afterAll(() => world[Symbol.asyncDispose]())

  const SPECS: Record<string, BackupSpec> = {
    'by namespace': { includedNamespaces: ['a', 'b', 'c'] },
    'of the whole cluster': { includeClusterResources: true },
    'with selectors': { orLabelSelectors: ['db-0', 'db-1', 'db-2'].map(app => ({ matchLabels: { app } })) },
    'with items in a certain order': {
      includedNamespaces: ['a'],
      orderedResources: { configmaps: 'a/map-01500,a/missing,a/map-00003', pods: 'a/db-5,a/db-2' },
    },
  }

  it.each(Object.entries(SPECS))(
    'ends with the same content as one that ran through: %s',
    async (name, spec) => {
      const safe = name.replaceAll(' ', '-')
      const every = name === 'by namespace' ? { small: SMALL_SIZES, usual: SIZES } : { small: SMALL_SIZES }
      for (const [size, sizes] of Object.entries(every)) {
        const [through, steps] = [`through-${size}-${safe}`, `steps-${size}-${safe}`]
        await world.backup(manifest(through, spec), {}, { sizes })
        const done = await inSmallSteps(world, manifest(steps, spec), { sizes })
        expect(done.steps).toBeGreaterThan(1)
        const [one, many] = [await readBackupFiles(world.store, through), await readBackupFiles(world.store, steps)]
        expect(many.list).toEqual(one.list)
        expect(contentOf(many)).toEqual(contentOf(one))
        expect(many.results).toEqual(one.results)
        expect(many.volumes).toEqual(one.volumes)
        expect(many.record.status?.phase).toBe(one.record.status?.phase)
        const uid = `uid-of-${steps}`
        expect(await keys(world.store, `metadata/lateen/runs/${uid}/`)).toEqual(
          ['lease', 'outcome'].map(file => `metadata/lateen/runs/${uid}/${file}.json`),
        )
      }
      expect(world.store.uploads.size).toBe(0)
    },
    60_000,
  )

  it('comes forward by a page at least each time, however long the list', async () => {
    const spec = { includedNamespaces: ['a', 'b', 'c'], includedResources: ['configmaps'] }
    // Three namespaces of 533 and one page of 500: two invocations, and one for what follows.
    expect((await inSmallSteps(world, manifest('pages', spec))).steps).toBeLessThanOrEqual(3)
  })

  it('keeps what was decided when it began, also where the cluster has changed since', async () => {
    const around = { sizes: SMALL_SIZES }
    const other = await openWorld()
    try {
      const names = Array.from({ length: 8 }, (_, i) => `team-${i}`)
      other.cluster.seed([...names.map(name => namespace(name)), ...manyObjects(0)])
      const maps = Array.from({ length: 600 }, (_, i) => ({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: `m-${i}`, namespace: 'team-0' },
      }))
      other.cluster.seed(maps)
      const request = manifest('teams', { includedNamespaces: ['team-*'] })
      expect((await other.backup(request, { signal: ended }, around)).how).toBe('continued')
      // One more namespace than are listed one by one.
      other.cluster.seed([namespace('team-8')])
      await inSmallSteps(other, request, around)
      const { stored } = await readBackupFiles(other.store, 'teams')
      expect(stored.get('configmaps')?.size).toBe(600)
    } finally {
      await other[Symbol.asyncDispose]()
    }
  })
})
