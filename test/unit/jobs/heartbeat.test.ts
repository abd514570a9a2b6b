import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { LEASE_MS, Lease, LeaseLostError } from '../../../lib/bucket/lease.ts'
import { keepLease } from '../../../lib/jobs/heartbeat.ts'
import { StoreError } from '../../../lib/store/types.ts'
import { MemoryStore } from '../../helpers/memory-store.ts'

const START = new Date('2026-11-22T08:00:00Z')
const now = () => new Date()
let store: MemoryStore
let lease: Lease
let lost: unknown[]
let end: () => Promise<void>

beforeEach(async () => {
  vi.useFakeTimers({ now: START, toFake: ['setInterval', 'clearInterval', 'Date'] })
  store = new MemoryStore()
  lost = []
  lease = await Lease.acquire(store, 'u', 'me', now)
  end = keepLease(lease, { progress: () => ({ itemsBackedUp: 1, totalItems: 2 }), lost: reason => lost.push(reason) })
})
afterEach(async () => {
  await end()
  vi.useRealTimers()
})

const pass = async (ms: number) => {
  for (let at = 0; at < ms; at += 1000) {
    await vi.advanceTimersByTimeAsync(1000)
    await new Promise(resolve => setImmediate(resolve))
  }
}

describe('a lease that is kept', () => {
  it('lasts as long as its holder works', async () => {
    await pass(5 * LEASE_MS)
    expect(lost).toEqual([])
    await expect(Lease.acquire(store, 'u', 'other', now)).rejects.toThrow()
  })

  it('stops its holder, once, when somebody took it over', async () => {
    vi.setSystemTime(START.getTime() + LEASE_MS)
    await Lease.acquire(store, 'u', 'other', now)
    await pass(LEASE_MS)
    expect(lost.length).toBe(1)
    expect(lost[0]).toBeInstanceOf(LeaseLostError)
  })

  it('outlives a store that is away for a moment, and stops its holder before it has ended', async () => {
    const { put } = store
    store.put = () => Promise.reject(new StoreError('away', { code: 'SlowDown' }))
    await pass(15_000)
    expect(lost).toEqual([])
    store.put = put
    await pass(LEASE_MS)
    expect(lost).toEqual([])
    store.put = () => Promise.reject(new StoreError('away', { code: 'SlowDown' }))
    await pass(LEASE_MS)
    expect(lost.length).toBe(1)
  })
})
