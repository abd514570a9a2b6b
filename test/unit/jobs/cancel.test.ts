import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { requestCancellation } from '../../../lib/bucket/cancellation.ts'
import { readBytes } from '../../../lib/bucket/documents.ts'
import { Lease } from '../../../lib/bucket/lease.ts'
import { BACKUPS, RESTORES } from '../../../lib/bucket/record-kinds.ts'
import { readRecord } from '../../../lib/bucket/records.ts'
import { claimName, writeOutcome } from '../../../lib/bucket/runs.ts'
import type { Around } from '../../../lib/jobs/around.ts'
import { type CancelOptions, cancelBackup, cancelRestore } from '../../../lib/jobs/cancel.ts'
import {
  BackupNotFoundError,
  CancellationPendingError,
  LocationNotWritableError,
  RestoreNotFoundError,
  RunEndedError,
} from '../../../lib/jobs/errors.ts'
import type { ObjectStore } from '../../../lib/store/types.ts'
import { keys } from '../../helpers/backups.ts'
import { TestClock } from '../../helpers/clock.ts'
import { collect } from '../../helpers/collected.ts'
import { guarded, Killed, killedAt } from '../../helpers/failing-store.ts'
import { manyObjects, SMALL_SIZES } from '../../helpers/many-objects.ts'
import { MemoryStore } from '../../helpers/memory-store.ts'
import { manifest, openWorld, restoreOf, type World } from '../../helpers/world.ts'

const stopped = AbortSignal.abort()
const REASON = 'cancelled by ann@laptop at 2026-11-22T08:'

let world: World
let store: MemoryStore
beforeAll(async () => {
  const clock = new TestClock()
  world = await openWorld({ clock, store: new MemoryStore(0, clock.now) })
  world.cluster.seed(manyObjects(1600))
  await world.backup(manifest('b', { includedNamespaces: ['a', 'b', 'c'] }), {}, { sizes: SMALL_SIZES })
}, 30_000)
afterAll(() => world[Symbol.asyncDispose]())
beforeEach(() => {
  store = world.store.copy()
})

const small = { sizes: SMALL_SIZES }
const spec = { includedNamespaces: ['a', 'b', 'c'] }
const backup = (name: string, signal?: AbortSignal, inner: ObjectStore = store) =>
  world.backup(manifest(name, spec), { ...(signal && { signal }) }, { ...small, store: inner })
const restore = (name: string, signal?: AbortSignal) =>
  world.restore(
    restoreOf(name, { namespaceMapping: { a: `${name}-a`, b: `${name}-b`, c: `${name}-c` } }),
    { ...(signal && { signal }) },
    { ...small, store },
  )

function around(inner: ObjectStore = store, more: Partial<Around> = {}): Partial<Around> {
  return { openStore: async () => inner, sleep: world.clock.sleep, sizes: SMALL_SIZES, ...more }
}
const settings = (accessMode?: 'ReadOnly') => ({
  cluster: {},
  location: {
    name: 'default',
    spec: { provider: 'file', objectStorage: { bucket: '/x' }, ...(accessMode && { accessMode }) },
  },
})
const options = (more: CancelOptions = {}): CancelOptions => ({ by: 'ann@laptop', now: world.clock.now, ...more })
const cancel = (name: string, more: CancelOptions = {}, given = around()) =>
  cancelBackup(settings(), name, options(more), given)
const text = async (key: string) => gunzipSync(await readBytes(store, key)).toString()

describe('a run that nobody works on, and whose files that it had put aside are gone', () => {
  it('is ended all the same, with the reason in its log', async () => {
    await backup('x', stopped)
    await restore('gone', stopped)
    await store.delete((await keys(store, 'metadata/lateen/runs/')).filter(key => key.includes('/segments/')))
    expect(await cancel('x')).toBe('cancelled')
    expect(await cancelRestore(settings(), 'gone', options(), around())).toBe('cancelled')
    expect(await text('backups/x/x-logs.gz')).toContain(REASON)
    expect((await readRecord(store, RESTORES, 'gone'))?.status?.phase).toBe('Failed')
  })
})

describe('a backup that nobody works on', () => {
  it('is ended: Failed with the reason, its archive gone, its log and results kept', async () => {
    expect((await backup('x', stopped)).how).toBe('continued')
    expect(await cancel('x')).toBe('cancelled')
    const record = await readRecord(store, BACKUPS, 'x')
    expect(record?.status).toMatchObject({ phase: 'Failed', failureReason: expect.stringContaining(REASON), errors: 1 })
    expect(await keys(store, 'backups/x/')).toEqual(
      ['velero-backup.json', 'x-logs.gz', 'x-results.gz'].map(file => `backups/x/${file}`),
    )
    const log = await text('backups/x/x-logs.gz')
    expect(log).toContain('Backed up item')
    expect(log).toContain(REASON)
    expect(await text('backups/x/x-results.gz')).toContain(REASON)
    expect(store.uploads.size).toBe(0)
    expect(await keys(store, 'metadata/lateen/runs/uid-of-x/')).toEqual(
      ['lease', 'outcome'].map(file => `metadata/lateen/runs/uid-of-x/${file}.json`),
    )
  })

  it('is acknowledged when its message comes again, and may be cancelled again', async () => {
    await backup('x', stopped)
    await cancel('x')
    expect(await backup('x')).toMatchObject({ how: 'acknowledged', backup: { status: { phase: 'Failed' } } })
    expect(await cancel('x')).toBe('already')
  })

  it('is ended at once where its name is claimed and no lease was ever taken', async () => {
    await claimName(store, BACKUPS, manifest('x'), 'uid-of-x', world.clock.now())
    expect(await cancel('x')).toBe('cancelled')
    expect((await readRecord(store, BACKUPS, 'x'))?.status?.phase).toBe('Failed')
  })

  it('is ended after the lease of a dead holder, which is waited for', async () => {
    await backup('x', stopped)
    await Lease.acquire(store, 'uid-of-x', 'dead', world.clock.now)
    expect(await cancel('x')).toBe('cancelled')
  })
})

describe('a canceller that dies at any call', () => {
  it('leaves what the same command finishes', async () => {
    await backup('x', stopped)
    const begun = store
    for (let at = 1, died = true; died; at++) {
      store = begun.copy()
      const { store: dying, calls } = killedAt(store, at, at % 2 === 0)
      await cancel('x', {}, around(dying)).catch(error => expect(error).toBeInstanceOf(Killed))
      died = calls.length >= at
      expect(await cancel('x')).toMatch(/^(cancelled|already)$/)
      expect((await readRecord(store, BACKUPS, 'x'))?.status?.failureReason).toContain(REASON)
      expect(await keys(store, 'backups/x/')).toHaveLength(3)
      expect(await keys(store, 'metadata/lateen/runs/uid-of-x/')).toHaveLength(2)
      expect(await text('backups/x/x-logs.gz')).toContain('Backed up item')
    }
  })
})

describe('a continuation', () => {
  it.each(['backup', 'restore'] as const)('of a %s sees the cancellation before it does anything', async kind => {
    await (kind === 'backup' ? backup('x', stopped) : restore('x', stopped))
    const lease = `uid-of-x`
    await requestCancellation(store, lease, { by: 'ann@laptop', requested: world.clock.now().toISOString() })
    const written: string[] = []
    const watched = guarded(store, (what, call) => {
      if (what.startsWith('put metadata/lateen/runs/uid-of-x/segments/')) written.push(what)
      return call()
    })
    const result = kind === 'backup' ? (await backup('x', undefined, watched)).backup : (await restore('x')).restore
    expect(result.status).toMatchObject({ phase: 'Failed', failureReason: expect.stringContaining(REASON) })
    expect(written).toEqual([])
  })

  it('that is never sent again is ended by a collection, and not queued', async () => {
    await backup('x', stopped)
    await cancel('x', { wait: false })
    world.clock.advance(5 * 60_000)
    const { runs } = await collect(store, { now: world.clock.now, send: () => expect.fail() })
    expect(runs).toMatchObject([{ name: 'x', what: 'ended', reason: expect.stringContaining(REASON) }])
    expect(await text('backups/x/x-logs.gz')).toContain('Backed up item')
  })
})

describe('a run that somebody works on', () => {
  it('that stops at a checkpoint finds the cancellation and ends itself, in this invocation', async () => {
    const stop = new AbortController()
    const inner = guarded(store, async (what, call) => {
      // It has looked before it began: from here on somebody else may cancel it.
      const isFirstLook = what === 'get metadata/lateen/runs/uid-of-x/cancel.json' && !stop.signal.aborted
      return call().finally(async () => {
        if (!isFirstLook) return
        stop.abort()
        await cancel('x', { wait: false })
      })
    })
    const { how, backup: ended, errors } = await backup('x', stop.signal, inner)
    expect({ how, phase: ended.status?.phase }).toEqual({ how: 'finished', phase: 'Failed' })
    expect(errors[0]).toContain(REASON)
    expect(await text('backups/x/x-logs.gz')).toContain('Backed up item')
    expect(store.uploads.size).toBe(0)
  })

  it('and is faster than the cancellation stays as it ended, and nothing of that is left', async () => {
    await claimName(store, BACKUPS, manifest('x', spec), 'uid-of-x', world.clock.now())
    let begun = false
    const inner = guarded(store, async (what, call) => {
      if (what.startsWith('put') && what.endsWith('cancel.json') && !begun) {
        begun = true
        await backup('x')
      }
      return call()
    })
    await expect(cancel('x', {}, around(inner))).rejects.toThrow(RunEndedError)
    expect((await readRecord(store, BACKUPS, 'x'))?.status?.phase).toBe('Completed')
    expect(await keys(store, 'metadata/lateen/runs/uid-of-x/')).not.toContain(
      'metadata/lateen/runs/uid-of-x/cancel.json',
    )
  })

  it('and does not end in time is told of, and stays told to end', async () => {
    await claimName(store, BACKUPS, manifest('x'), 'uid-of-x', world.clock.now())
    const lease = await Lease.acquire(store, 'uid-of-x', 'busy', world.clock.now)
    const sleep = async (ms: number) => {
      await world.clock.sleep(ms)
      await lease.renew()
    }
    await expect(cancel('x', {}, around(store, { sleep }))).rejects.toThrow(CancellationPendingError)
    expect(await keys(store, 'metadata/lateen/runs/uid-of-x/')).toContain('metadata/lateen/runs/uid-of-x/cancel.json')
  })
})

describe('a restore', () => {
  it('keeps and lists what it restored until then', async () => {
    expect((await restore('r', stopped)).how).toBe('continued')
    expect(await cancelRestore(settings(), 'r', options(), around())).toBe('cancelled')
    const record = await readRecord(store, RESTORES, 'r')
    expect(record?.status).toMatchObject({ phase: 'Failed', failureReason: expect.stringContaining(REASON) })
    expect(await text('restores/r/restore-r-resource-list.json.gz')).toContain('(created)')
    expect(await text('restores/r/restore-r-logs.gz')).toContain(REASON)
    expect(await restore('r')).toMatchObject({ how: 'acknowledged', restore: { status: { phase: 'Failed' } } })
  })
})

describe('what can not be cancelled', () => {
  it('is refused by name: unknown, ended, refused by validation, in a read-only location', async () => {
    await expect(cancel('none')).rejects.toThrow(BackupNotFoundError)
    await expect(cancelRestore(settings(), 'none', options(), around())).rejects.toThrow(RestoreNotFoundError)
    await expect(cancel('b')).rejects.toThrow('the backup "b" has ended: it is Completed')
    await claimName(store, BACKUPS, manifest('bad'), 'uid-of-bad', world.clock.now())
    const record = { ...manifest('bad'), status: { phase: 'FailedValidation' as const } }
    const ended = world.clock.now().toISOString()
    await writeOutcome(store, { uid: 'uid-of-bad', name: 'bad', ended, record, errors: [], warnings: [] })
    await expect(cancel('bad')).rejects.toThrow('the backup "bad" has ended: it is FailedValidation')
    await expect(cancelBackup(settings('ReadOnly'), 'b', options(), around())).rejects.toThrow(LocationNotWritableError)
  })
})
