import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ObjectStore } from '../../lib/store/types.ts'
import { type BackupFiles, keys, leftOf, readBackupFiles } from '../helpers/backups.ts'
import { TestClock } from '../helpers/clock.ts'
import { collect, putBackup, putRestore, remaining } from '../helpers/collected.ts'
import { pagesOf } from '../helpers/continuations.ts'
import { dump } from '../helpers/dump.ts'
import { Killed } from '../helpers/failing-store.ts'
import { SMALL_SIZES } from '../helpers/many-objects.ts'
import { MemoryStore } from '../helpers/memory-store.ts'
import { Process } from '../helpers/process.ts'
import { type Random, randomOf } from '../helpers/random.ts'
import { backedUp, KINDS, openTarget, RESOURCES } from '../helpers/restorable.ts'
import { leftOfRestore, readRestoreFiles } from '../helpers/restores.ts'
import { authorise, variedObjects } from '../helpers/varied.ts'
import { configMap, manifest, openWorld, restoreOf, type World, type WorldAround } from '../helpers/world.ts'

/** Past the leases of runs, and of deletions. */
const PAST_LEASES_MS = 61_000
const CHECKPOINT_MS = 20_000
/** More invocations than any run here takes. */
const MOST = 200

/** A process that may be killed, and whose time may end, with a call that chance chooses. */
type Invoke = (process: Process, signal: AbortSignal) => Promise<{ how: string }>

/** One run that is killed, stopped and taken up until it has ended. Answers how often it was killed. */
type Series = (random: Random) => Promise<number>

/**
 * Sends a request until it is done with. `calls`: how many an undisturbed run makes; each process is killed before or after one
 * of so many, checkpoints every few calls, has no time for more than a few, or any of that together.
 */
async function disturbed(random: Random, calls: number, clock: TestClock, invoke: Invoke): Promise<number> {
  let kills = 0
  for (let i = 0; i < MOST; i++) {
    const every = [7, 20, 60, 0][random(4)] as number
    const time = random(3) === 0 ? random(60) : Number.POSITIVE_INFINITY
    const end = new AbortController()
    if (time === 0) end.abort()
    let made = 0
    const process = new Process({ call: 1 + random(calls), carriedOut: random(2) === 0 }, () => {
      if (++made >= time) end.abort()
      if (every > 0 && made % every === 0) vi.advanceTimersByTime(CHECKPOINT_MS)
    })
    const answer = await invoke(process, end.signal).catch(error => expect(error).toBeInstanceOf(Killed))
    if (process.dead) kills++
    else if (answer?.how !== 'continued') return kills
    clock.advance(PAST_LEASES_MS)
  }
  throw new Error(`it does not come to an end in ${MOST} invocations`)
}

async function expectTidy(store: MemoryStore, uid: string): Promise<void> {
  const files = ['lease', 'outcome'].map(file => `metadata/lateen/runs/${uid}/${file}.json`)
  expect(await keys(store, `metadata/lateen/runs/${uid}/`)).toEqual(files)
  expect(store.uploads.size).toBe(0)
}

/**
 * Backups, restores and collections, each killed at chance and taken up until so many kills are over in all: what they leave is
 * what undisturbed ones leave. A series that fails names its seed; given as `seed`, it comes first.
 */
export function soakSuite({ kills, seed }: { kills: number; seed: number }): void {
  const soak = async (series: Series) => {
    for (let killed = 0, at = seed; killed < kills; at++)
      try {
        killed += await series(randomOf(at))
      } catch (error) {
        throw new Error(`SOAK_SEED=${at}: ${(error as Error).message}`, { cause: error })
      }
  }
  const timeout = 60_000 + kills * 3_000

  describe(`killed at chance ${kills} times and taken up, SOAK_SEED=${seed}`, () => {
    // Only what is asked for regularly: nothing here waits for time to pass.
    beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }))
    afterEach(() => void vi.useRealTimers())

    describe('backups', () => {
      const request = manifest('b', { orderedResources: { configmaps: 'c/large-3,b/missing,a/map-00003' } })
      const around = { sizes: SMALL_SIZES, limited: true }
      const pages = pagesOf(10)
      let world: World
      let whole: BackupFiles
      let calls = 0
      beforeAll(async () => {
        world = await openWorld({ authorise })
        world.cluster.seed(variedObjects(60))
        const process = new Process()
        const store = new MemoryStore(0)
        await world.backup(request, {}, { ...around, ...between(process, store) })
        whole = await readBackupFiles(store, 'b')
        calls = process.calls.store.length + process.calls.cluster.length
      })
      afterAll(() => world[Symbol.asyncDispose]())

      const between = (process: Process, store: ObjectStore): WorldAround => ({
        store: process.store(store),
        wrap: connection => process.wrap(pages(connection)),
      })

      it(
        'have the same contents, lists, results and counts as one that was not',
        () =>
          soak(async random => {
            const store = new MemoryStore(0)
            const killed = await disturbed(random, calls, world.clock, (process, signal) =>
              world.backup(request, { signal }, { ...around, ...between(process, store) }),
            )
            expect(leftOf(await readBackupFiles(store, 'b'))).toEqual(leftOf(whole))
            await expectTidy(store, 'uid-of-b')
            return killed
          }),
        timeout,
      )
    })

    describe('restores', () => {
      const request = restoreOf(
        'r',
        { existingResourcePolicy: 'recreate', restoreStatus: { includedResources: ['hulls.lateen.test'] } },
        { annotations: { 'lateen.io/recreate-resources': 'configmaps' } },
      )
      let source: World
      let whole: unknown
      let calls = 0
      beforeAll(async () => {
        source = await openWorld()
        const maps = Array.from({ length: 40 }, (_, i) => configMap(`a/map-${i}`, { text: 'x'.repeat(300) }))
        source.cluster.seed([...backedUp, ...maps])
        await source.backup(manifest('b', { includedResources: RESOURCES }), {}, { sizes: SMALL_SIZES })
        await using target = await openTarget(source.store, { now: source.clock.now() })
        const process = new Process()
        await target.restore(request, {}, between(process, target))
        whole = await left(target)
        calls = process.calls.store.length + process.calls.cluster.length
      })
      afterAll(() => source[Symbol.asyncDispose]())

      const between = (process: Process, { store }: World): WorldAround => ({
        sizes: SMALL_SIZES,
        store: process.store(store),
        wrap: process.wrap,
      })

      const left = async (target: World) => ({
        files: leftOfRestore(await readRestoreFiles(target.store, 'r')),
        cluster: await dump(target, KINDS),
      })

      it(
        'leave the same cluster, lists, results and counts as one that was not',
        () =>
          soak(async random => {
            await using target = await openTarget(source.store, { now: source.clock.now() })
            const killed = await disturbed(random, calls, target.clock, (process, signal) =>
              target.restore(request, { signal }, between(process, target)),
            )
            expect(await left(target)).toEqual(whole)
            await expectTidy(target.store, 'uid-of-r')
            return killed
          }),
        timeout,
      )
    })

    describe('collections', () => {
      const clock = new TestClock()
      const filled = async () => {
        const store = new MemoryStore(0, clock.now)
        for (let i = 0; i < 24; i++) {
          await putBackup(store, `b${i}`, { expiration: `${i % 3 === 0 ? 2099 : 2020}-01-01T00:00:00Z` })
          if (i % 2 === 0) await putRestore(store, `r${i}`, `b${i}`)
        }
        return store
      }

      it(
        'leave what one leaves that was not, and no record of what is not whole',
        async () => {
          const undisturbed = await filled()
          const process = new Process()
          await collect(process.store(undisturbed), { now: clock.now })
          const whole = await remaining(undisturbed)
          await soak(async random => {
            const store = await filled()
            const killed = await disturbed(random, process.calls.store.length, clock, async (dying, signal) => {
              const result = await collect(dying.store(store), { now: clock.now, signal }).finally(() =>
                expectShown(store),
              )
              expect(result.problems).toEqual([])
              return result
            })
            expect(await remaining(store)).toEqual(whole)
            return killed
          })
        },
        timeout,
      )

      async function expectShown(store: MemoryStore): Promise<void> {
        const left = await remaining(store)
        for (const record of left.filter(key => key.endsWith('/velero-backup.json')))
          expect(left.filter(key => key.startsWith(record.replace('velero-backup.json', '')))).toHaveLength(3)
      }
    })
  })
}
