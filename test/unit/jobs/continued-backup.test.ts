import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { getBackup } from '../../../lib/jobs/read.ts'
import { timestamp } from '../../../lib/velero/timestamps.ts'
import type { BackupSpec } from '../../../lib/velero/types.ts'
import { keys, leftOf, readBackupFiles } from '../../helpers/backups.ts'
import { type Between, continued, pagesOf } from '../../helpers/continuations.ts'
import { SMALL_SIZES } from '../../helpers/many-objects.ts'
import { MemoryStore } from '../../helpers/memory-store.ts'
import { Process } from '../../helpers/process.ts'
import { authorise, variedObjects } from '../../helpers/varied.ts'
import { manifest, openWorld, settingsOf, type World } from '../../helpers/world.ts'

const SPECS: Record<string, BackupSpec> = {
  'of the whole cluster': {},
  'by namespace': {
    includedNamespaces: ['a', 'b', 'c'],
    includedResources: ['configmaps', 'pods', 'secrets', 'hulls', 'serviceaccounts', 'persistentvolumeclaims'],
  },
  'by selectors': {
    orLabelSelectors: [{ tier: 'db' }, { tier: 'web' }, { size: 'large' }].map(matchLabels => ({ matchLabels })),
  },
  'with items in a certain order': {
    includedNamespaces: ['a', 'b', 'c'],
    orderedResources: { configmaps: 'c/large-3,b/missing,b/both-7,a/map-00003', pods: 'a/db-5,a/db-2' },
  },
}

const around = { limited: true, sizes: SMALL_SIZES }
const pages = pagesOf(3)

describe('a backup whose invocations are stopped after some calls', () => {
  let world: World
  beforeAll(async () => {
    world = await openWorld({ authorise })
    world.cluster.seed(variedObjects(120))
  })
  afterAll(() => world[Symbol.asyncDispose]())

  async function undisturbed(spec: BackupSpec) {
    const process = new Process()
    const wrap: Between['wrap'] = connection => process.wrap(pages(connection))
    const store = new MemoryStore(0)
    await world.backup(manifest('b', spec), {}, { ...around, store: process.store(store), wrap })
    return { files: await readBackupFiles(store, 'b'), requests: process.calls.cluster.length }
  }

  it.each(
    Object.entries(SPECS),
  )('ends as one that ran through, over twenty invocations and more: %s', async (_, spec) => {
    const whole = await undisturbed(spec)
    // Before the first call, when it has hardly begun, and on its way.
    for (const calls of [0, 60]) {
      const store = new MemoryStore(0)
      const stored: number[] = []
      const begun = timestamp(world.clock.now())
      const { invocations } = await continued(
        (signal, between) => world.backup(manifest('b', spec), { signal, wait: false }, { ...between, ...around }),
        // Each gets something done that takes a request.
        { store, calls, wrap: pages, atMost: whole.requests },
        async (_, { backup: answered }) => {
          expect(answered.status?.phase).toBe('InProgress')
          const { backup } = await getBackup(settingsOf(), 'b', {}, async () => store)
          expect(backup.status?.phase).toBe('InProgress')
          stored.push(backup.status?.progress?.itemsBackedUp ?? -1)
          expect(await keys(store, 'backups/b/velero')).toEqual([])
          world.clock.advance(1000)
        },
      )
      const files = await readBackupFiles(store, 'b')
      expect(leftOf(files)).toEqual(leftOf(whole.files))
      if (calls === 0) expect(invocations).toBeGreaterThan(20)
      else expect(invocations).toBeGreaterThan(1)
      expect(stored).toEqual(stored.toSorted((one, other) => one - other))
      expect(new Set(stored).size).toBeGreaterThan(stored.length * 0.8)
      expect(files.record.status?.startTimestamp).toBe(begun)
      expect(await keys(store, 'metadata/lateen/runs/')).toEqual(
        ['lease', 'outcome'].map(file => `metadata/lateen/runs/uid-of-b/${file}.json`),
      )
      expect(store.uploads.size).toBe(0)
    }
  })
})
