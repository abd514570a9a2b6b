import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { handleBackupEvent } from '../../../lib/jobs/backup-events.ts'
import { handleRestoreEvent } from '../../../lib/jobs/restore-events.ts'
import type { Fault } from '../../../playground/cluster/faults.ts'
import { continued, pagesOf } from '../../helpers/continuations.ts'
import { guarded, Killed } from '../../helpers/failing-store.ts'
import { SMALL_SIZES } from '../../helpers/many-objects.ts'
import { MemoryStore } from '../../helpers/memory-store.ts'
import {
  configMap,
  manifest,
  namespace,
  openWorld,
  restoreOf,
  type World,
  type WorldAround,
} from '../../helpers/world.ts'
import { batch, openInvocation, record } from './invocation.ts'

let world: World
let store: MemoryStore
let fault: ((request: { method: string; path: string }) => Fault | undefined) | undefined
beforeAll(async () => {
  world = await openWorld({ faults: request => fault?.(request) })
  world.cluster.seed([namespace('shop'), ...Array.from({ length: 40 }, (_, i) => configMap(`shop/c-${i}`))])
})
afterAll(() => world[Symbol.asyncDispose]())
beforeEach(() => {
  fault = undefined
  store = new MemoryStore(0, world.clock.now)
})

const spec = { includedNamespaces: ['shop'], includedResources: ['configmaps'] }

/** The backup and the restore function's work, with what each invocation tells. */
function functions(around: WorldAround = {}, signal = new AbortController().signal) {
  const { base, told } = openInvocation()
  const invocation = { ...base, now: world.clock.now, signal }
  return {
    told,
    backup: (name: string) =>
      handleBackupEvent(batch(record('m', manifest(name, spec))), {
        ...invocation,
        places: [],
        createBackup: (_, request, options) => world.backup(request, options, { store, ...around }),
      }),
    restore: (name: string, backupName: string) =>
      handleRestoreEvent(batch(record('m', restoreOf(name, { backupName }))), {
        ...invocation,
        locations: [],
        createRestore: (_, request, options) => world.restore(request, options, { store, ...around }),
      }),
  }
}

/** Asks for patience with the first so many lists of config maps. */
function throttle(times: number, status = 429): void {
  let left = times
  fault = ({ path }) =>
    /configmaps\?/.test(path) && left-- > 0 ? { status, headers: { 'retry-after': '1' } } : undefined
}

/** But for its beginning and its end, which are the same in all. */
async function expectArchive(bytes: number | undefined): Promise<void> {
  const { size = 0 } = (await store.head('backups/b1/b1.tar.gz')) ?? {}
  expect(bytes).toBeLessThanOrEqual(size)
  expect(bytes).toBeGreaterThan(size - 300)
}

describe('an invocation counts', () => {
  it('what it did for a run, and the refusals and second tries of its own requests', async () => {
    const { told, backup } = functions()
    throttle(2)
    await backup('b1')
    await backup('b2')
    expect(told.measured.map(({ values }) => values)).toMatchObject([
      { Completed: 1, Items: 40, Warnings: 0, Errors: 0, Throttles: 2, Retries: 2 },
      { Completed: 1, Items: 40, Throttles: 0, Retries: 0 },
    ])
    const [{ values }] = told.measured as [(typeof told.measured)[0]]
    await expectArchive(values.Bytes)
    // By the test's clock, in which only waiting takes time.
    expect(values.Duration).toBeGreaterThanOrEqual(2_000)
  })

  it('the archive that a restore reads', async () => {
    const { told, backup, restore } = functions()
    await backup('b1')
    await restore('r1', 'b1')
    const values = told.measured[1]?.values
    expect(values).toMatchObject({ Completed: 1, Items: 40 })
    expect(values?.Bytes).toBeGreaterThan(0)
    expect(values?.Bytes).toBeLessThanOrEqual(3 * ((await store.head('backups/b1/b1.tar.gz'))?.size ?? 0))
  })

  it('its own part of a run in several, so that the sum is that of the run; the rest at the end', async () => {
    const measured: Record<string, number>[] = []
    throttle(3, 503)
    await continued(
      async (signal, between) => {
        const { told, backup } = functions({ ...between, sizes: SMALL_SIZES, wrap: pagesOf(5) }, signal)
        await backup('b1')
        measured.push(...told.measured.map(({ values }) => values as Record<string, number>))
        return { how: told.sent.length > 0 ? 'continued' : 'finished' }
      },
      { store, calls: 0, atMost: 50 },
    )
    expect(measured.length).toBeGreaterThan(5)
    const sum = (name: string) => measured.reduce((total, values) => total + (values[name] ?? 0), 0)
    expect(sum('Continued')).toBe(measured.length - 1)
    expect([sum('Completed'), sum('Items'), sum('Throttles'), sum('Retries')]).toEqual([1, 40, 3, 3])
    expect(measured.filter(values => 'Duration' in values)).toHaveLength(1)
    await expectArchive(sum('Bytes'))
  })

  it('what it did in vain', async () => {
    const { told, backup } = functions()
    const dying = functions({
      store: guarded(store, async (what, call) => {
        if (what.includes('lease')) throw new Killed(what)
        return call()
      }),
    })
    await dying.backup('b1')
    expect(dying.told.measured.map(({ values }) => Object.keys(values))).toEqual([['Bytes', 'Retries', 'Throttles']])
    await backup('b1')
    expect(told.measured).toMatchObject([{ values: { Completed: 1 } }])
  })

  it('an end that another invocation died of before it was on file, once', async () => {
    const dying = functions({
      store: guarded(store, async (what, call) => {
        if (what.includes('outcome') && what.startsWith('put')) throw new Killed(what)
        return call()
      }),
    })
    await dying.backup('b1')
    expect(dying.told.measured.some(({ values }) => 'Completed' in values)).toBe(false)
    const { told, backup } = functions()
    world.clock.advance(60_000)
    await backup('b1')
    await backup('b1')
    expect(told.measured).toMatchObject([{ values: { Completed: 1, Items: 40 }, about: { uid: 'uid-of-b1' } }])
  })

  it('messages that it puts aside', async () => {
    const { told, backup } = functions()
    await backup('Not A Name')
    expect(told.buried).toHaveLength(1)
    expect(told.measured).toMatchObject([{ service: 'backup', values: { Refused: 1 } }])
  })
})
