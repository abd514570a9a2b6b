import { beforeEach, describe, expect, it } from 'vitest'
import { LEASE_MS, Lease, type LeaseDocument, LeaseHeldError, LeaseLostError } from '../../../lib/bucket/lease.ts'
import { readKey } from '../../helpers/backups.ts'
import { TestClock } from '../../helpers/clock.ts'
import { MemoryStore } from '../../helpers/memory-store.ts'

let store: MemoryStore
let clock: TestClock
beforeEach(() => {
  store = new MemoryStore()
  clock = new TestClock()
})

const acquire = (owner: string) => Lease.acquire(store, 'u', owner, clock.now)
const document = async () =>
  JSON.parse((await readKey(store, 'metadata/lateen/runs/u/lease.json')).toString()) as LeaseDocument

describe('a lease', () => {
  it('is held by one, until its time ends', async () => {
    await acquire('one')
    clock.advance(LEASE_MS - 1)
    const refused = await acquire('two').catch(error => error)
    expect(refused).toBeInstanceOf(LeaseHeldError)
    expect(refused.message).toContain('one')
    expect(refused.expires).toEqual(new Date('2026-11-22T08:00:30Z'))
    clock.advance(1)
    const { epoch, takeovers } = await acquire('two')
    expect([epoch, takeovers]).toEqual([2, 1])
  })

  it('lasts as long as it is renewed, and tells of progress', async () => {
    const lease = await acquire('one')
    for (let i = 0; i < 5; i++) {
      clock.advance(LEASE_MS - 1)
      await lease.renew({ progress: { itemsBackedUp: i, totalItems: 9 } })
    }
    await expect(acquire('two')).rejects.toThrow(LeaseHeldError)
    expect((await document()).progress).toEqual({ itemsBackedUp: 4, totalItems: 9 })
  })

  it('tells how far its last holder had come, until the next one tells more', async () => {
    const lease = await acquire('one')
    lease.note({ itemsBackedUp: 4, totalItems: 9 })
    await lease.release()
    expect((await document()).progress).toEqual({ itemsBackedUp: 4, totalItems: 9 })
    await acquire('two')
    expect(await document()).toMatchObject({ owner: 'two', progress: { itemsBackedUp: 4, totalItems: 9 } })
  })

  it('is free at once when it is given up, by a write and not by a deletion', async () => {
    const lease = await acquire('one')
    await lease.release()
    expect((await document()).owner).toBe('one')
    expect((await acquire('two')).epoch).toBe(2)
  })

  it('that was taken over stops whoever had it, and can be given up without harm', async () => {
    const first = await acquire('one')
    clock.advance(LEASE_MS)
    const second = await acquire('two')
    await expect(first.renew()).rejects.toThrow(LeaseLostError)
    await first.release()
    await second.renew()
    expect(await document()).toMatchObject({ owner: 'two', epoch: 2 })
  })

  it('goes to one of many that want it, whether it is new or has ended', async () => {
    for (const epoch of [1, 2, 3]) {
      const results = await Promise.allSettled(['a', 'b', 'c', 'd'].map(acquire))
      const won = results.filter(result => result.status === 'fulfilled')
      expect(won.map(({ value }) => value.epoch)).toEqual([epoch])
      for (const result of results)
        if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(LeaseHeldError)
      clock.advance(LEASE_MS)
    }
  })

  it('counts takeovers until somebody comes forward', async () => {
    await acquire('one')
    for (const takeovers of [1, 2]) {
      clock.advance(LEASE_MS)
      expect((await acquire('next')).takeovers).toBe(takeovers)
    }
    clock.advance(LEASE_MS)
    const lease = await acquire('last')
    await lease.renew({ takeovers: 0 })
    clock.advance(LEASE_MS)
    expect((await acquire('again')).takeovers).toBe(1)
  })

  it('whose renewal failed lasts no longer than before', async () => {
    const lease = await acquire('one')
    clock.advance(LEASE_MS - 1)
    const { put } = store
    store.put = () => Promise.reject(new Error('the store is away'))
    await expect(lease.renew()).rejects.toThrow('away')
    store.put = put
    clock.advance(1)
    await acquire('two')
    await expect(lease.assure()).rejects.toThrow(LeaseLostError)
  })

  it('is assured without a write while most of it is left', async () => {
    const lease = await acquire('one')
    const before = await document()
    clock.advance(LEASE_MS / 10)
    await lease.assure()
    expect(await document()).toEqual(before)
    clock.advance(LEASE_MS / 2)
    await lease.assure()
    clock.advance(LEASE_MS - 1)
    await expect(acquire('two')).rejects.toThrow(LeaseHeldError)
  })

  it('is renewed in turn, however many ask at once', async () => {
    const lease = await acquire('one')
    await Promise.all(Array.from({ length: 5 }, () => lease.renew()))
    await lease.renew()
  })
})
