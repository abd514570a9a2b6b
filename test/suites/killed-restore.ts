import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { RestoreResult } from '../../lib/jobs/types.ts'
import type { Restore, RestoreSpec } from '../../lib/velero/types-restore.ts'
import { keys } from '../helpers/backups.ts'
import { dump } from '../helpers/dump.ts'
import { Killed } from '../helpers/failing-store.ts'
import { SMALL_SIZES } from '../helpers/many-objects.ts'
import { type Act, type Death, Process, type Side } from '../helpers/process.ts'
import { backedUp, KINDS, openTarget, RESOURCES } from '../helpers/restorable.ts'
import { type RestoreFiles, readRestoreFiles } from '../helpers/restores.ts'
import { manifest, openWorld, restoreOf, type World } from '../helpers/world.ts'

const PAST_THE_LEASE = 31_000
const RECORD = 'restores/r/velero-restore.json'
const ended = AbortSignal.abort()

/**
 * How a message is worked on: all at once, with a checkpoint every few requests, or by invocations that have no time.
 * Each with another policy for what exists already.
 */
const POLICIES = { through: 'none', 'with checkpoints': 'update', 'in steps': 'recreate' } as const
export type RestoreMode = keyof typeof POLICIES
const MODES = Object.keys(POLICIES) as RestoreMode[]

/** Requests to the cluster between two checkpoints. */
const CHECKPOINT_EVERY = 3
const CHECKPOINT_MS = 20_000

function requestOf(mode: RestoreMode): Restore {
  const spec: RestoreSpec = {
    existingResourcePolicy: POLICIES[mode],
    restoreStatus: { includedResources: ['hulls.lateen.test'] },
  }
  const annotations = { 'lateen.io/recreate-resources': 'configmaps' }
  return restoreOf('r', spec, mode === 'in steps' ? { annotations } : {})
}

/** All that a restore leaves. */
interface Left {
  files: RestoreFiles
  cluster: Record<string, unknown>
}

let source: World
const whole = new Map<RestoreMode, Left>()
const undisturbed = new Map<RestoreMode, Process>()

/** One message, sent until it is done with, by one process. */
async function run(target: World, mode: RestoreMode, process = processOf(mode)): Promise<RestoreResult> {
  const around = { store: process.store(target.store), wrap: process.wrap, sizes: SMALL_SIZES }
  const options = mode === 'in steps' ? { signal: ended } : {}
  for (let i = 0; i < 50; i++) {
    const result = await target.restore(requestOf(mode), options, around)
    if (result.how !== 'continued') return result
  }
  throw new Error('it does not come to an end')
}

function processOf(mode: RestoreMode, death?: Death): Process {
  const onCall = (side: Side, call: number) => {
    if (mode !== 'with checkpoints' || side !== 'cluster' || call % CHECKPOINT_EVERY !== 0) return
    vi.advanceTimersByTime(CHECKPOINT_MS)
  }
  return new Process(death, onCall)
}

async function leftOf(target: World): Promise<Left> {
  const { files, cluster } = { files: await readRestoreFiles(target.store, 'r'), cluster: await dump(target, KINDS) }
  const uid = 'uid-of-r'
  expect(await keys(target.store, 'metadata/lateen/runs/')).toEqual(
    ['uid-of-b', uid].flatMap(run => ['lease', 'outcome'].map(file => `metadata/lateen/runs/${run}/${file}.json`)),
  )
  expect([...target.store.uploads.values()].map(upload => upload.key)).toEqual([])
  return { files, cluster }
}

async function expectWhole(target: World, mode: RestoreMode): Promise<void> {
  const { files, cluster } = await leftOf(target)
  const expected = whole.get(mode) as Left
  expect(files.list).toEqual(expected.files.list)
  expect(sorted(files.results)).toEqual(sorted(expected.files.results))
  expect(countsOf(files)).toEqual(countsOf(expected.files))
  expect(cluster).toEqual(expected.cluster)
}

/** Objects of a wave come in any order. */
const sorted = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (_, inner) => (Array.isArray(inner) ? inner.sort() : inner))

function countsOf({ record: { status, spec } }: RestoreFiles) {
  const { startTimestamp, completionTimestamp, ...counts } = status ?? {}
  return [counts, spec]
}

/** Answers false where the process lived on. A record is there only if its write was seen. */
async function dies(target: World, mode: RestoreMode, death: Death): Promise<boolean> {
  const process = processOf(mode, death)
  await run(target, mode, process).catch(error => expect(error).toBeInstanceOf(Killed))
  if (!process.dead) return false
  const seen = death.carriedOut ? process.calls.store : process.calls.store.slice(0, -1)
  const recorded = process.calls.store.at(-1) === `put ${RECORD}` ? death.carriedOut : seen.includes(`put ${RECORD}`)
  expect((await target.store.head(RECORD)) !== undefined).toBe(recorded)
  target.clock.advance(PAST_THE_LEASE)
  return true
}

async function diesAndIsTakenUp(mode: RestoreMode, death: Death): Promise<boolean> {
  const target = await openTarget(source.store, { now: source.clock.now() })
  try {
    if (!(await dies(target, mode, death))) return false
    expect(['finished', 'acknowledged']).toContain((await run(target, mode)).how)
    await expectWhole(target, mode)
  } catch (error) {
    const { side, act, call, carriedOut } = death
    const what = `${mode}, died at number ${call} of ${side} ${act}, carried out: ${carriedOut}`
    throw new Error(`${what}: ${(error as Error).message}`, { cause: error })
  } finally {
    await target[Symbol.asyncDispose]()
  }
  return true
}

/** `every`: which of these calls are died at; 1 for all of them, and writes then carried out and not. */
export function killedRestoreSuite(every: Record<RestoreMode, Record<Act, number>>): void {
  describe('a restore that dies', () => {
    // Only what is asked for regularly: nothing here waits for time to pass.
    beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }))
    afterEach(() => void vi.useRealTimers())
    beforeAll(async () => {
      source = await openWorld()
      source.cluster.seed(backedUp)
      await source.backup(manifest('b', { includedResources: RESOURCES }), {}, { sizes: SMALL_SIZES })
    }, 30_000)
    afterAll(() => source[Symbol.asyncDispose]())

    /** What it would have been. */
    async function undisturbedly(mode: RestoreMode): Promise<void> {
      const target = await openTarget(source.store, { now: source.clock.now() })
      const process = processOf(mode)
      await run(target, mode, process)
      undisturbed.set(mode, process)
      whole.set(mode, await leftOf(target))
      await target[Symbol.asyncDispose]()
    }

    describe.each(MODES)('%s', mode => {
      beforeEach(() => (whole.has(mode) ? undefined : undisturbedly(mode)), 30_000)

      it('deals, undisturbed, with objects in every way there is', () => {
        const { files } = whole.get(mode) as Left
        const { store, cluster } = (undisturbed.get(mode) as Process).calls
        const actions = Object.values(files.list)
          .flat()
          .map(line => line.slice(line.lastIndexOf('(')))
        for (const action of ['(created)', '(updated)', '(skipped)', '(failed)']) expect(actions).toContain(action)
        expect(files.list['v1/ConfigMap']).toContain('a/late(created)')
        expect(files.list['v1/ConfigMap']).toContain('b/refused(failed)')
        const checkpoints = store.filter(call => call === 'put metadata/lateen/runs/uid-of-r/checkpoint.json').length
        if (mode === 'through') expect(checkpoints).toBe(0)
        else expect(checkpoints).toBeGreaterThan(5)
        for (const method of ['POST', 'PATCH', 'PUT', ...(mode === 'in steps' ? ['DELETE'] : [])])
          expect(cluster.some(call => call.startsWith(method))).toBe(true)
      })

      it.each([
        ['store', 'writes'],
        ['cluster', 'writes'],
        ['store', 'reads'],
        ['cluster', 'reads'],
      ] as const)(
        'at any of %s %s is taken up by the same message',
        async (side, act) => {
          const step = every[mode][act]
          for (let call = 1; ; call += step) {
            if (!(await diesAndIsTakenUp(mode, { side, act, call, carriedOut: call % 2 === 0 }))) break
            // What a read would have answered makes no difference to anybody.
            if (step > 1 || act === 'reads') continue
            await diesAndIsTakenUp(mode, { side, act, call, carriedOut: call % 2 !== 0 })
          }
        },
        600_000,
      )

      it('again and again, a little later each time, comes to its end', async () => {
        const target = await openTarget(source.store, { now: source.clock.now() })
        try {
          for (let call = 1; ; call += 2) {
            const side: Side = call % 3 === 0 ? 'store' : 'cluster'
            if (!(await dies(target, mode, { side, act: 'writes', call, carriedOut: call % 4 === 1 }))) break
          }
          expect((await run(target, mode)).how).toBe('acknowledged')
          await expectWhole(target, mode)
        } finally {
          await target[Symbol.asyncDispose]()
        }
      }, 60_000)
    })
  })
}
