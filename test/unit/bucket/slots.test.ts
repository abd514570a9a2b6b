import { describe, expect, it } from 'vitest'
import { LeaseHeldError } from '../../../lib/bucket/lease.ts'
import { SlotsTakenError, takeSlot } from '../../../lib/bucket/slots.ts'
import { keys } from '../../helpers/backups.ts'
import { TestClock } from '../../helpers/clock.ts'
import { MemoryStore } from '../../helpers/memory-store.ts'

function world(limit = 1) {
  const [store, clock] = [new MemoryStore(), new TestClock()]
  const take = (uid: string, cluster = 'prod') => takeSlot(store, { cluster, limit }, uid, `owner of ${uid}`, clock.now)
  return { store, clock, take }
}

describe('the slots of a cluster', () => {
  it('are as many as may be at work, and free again when one is given up', async () => {
    const { take } = world(2)
    const one = await take('a')
    await take('b')
    await expect(take('c')).rejects.toThrow(SlotsTakenError)
    await expect(take('c')).rejects.toThrow('the cluster "prod" has 2 backups at work already')
    await one.release()
    await take('c')
  })

  it('are its own, whatever its name holds', async () => {
    const { take, store } = world()
    const names = ['prod', 'prod-1', 'arn:aws:eks:eu-central-1:1:cluster/shop', '..']
    for (const name of names) await take('a', name)
    expect((await keys(store)).length).toBe(names.length)
    for (const key of await keys(store)) expect(key).toMatch(/^metadata\/lateen\/slots\/[^/]+-1\.json$/)
  })

  it('are given to no more than there are when many come at once', async () => {
    const { take } = world(3)
    const taken = await Promise.allSettled(Array.from({ length: 10 }, (_, i) => take(`run-${i}`)))
    expect(taken.filter(({ status }) => status === 'fulfilled').length).toBe(3)
    for (const result of taken) if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(SlotsTakenError)
  })

  it('are free when the time of a holder that died is over', async () => {
    const { take, clock } = world()
    await take('a')
    clock.advance(31_000)
    await take('b')
  })

  it('are kept for a run that goes on, and for no other until that time is over', async () => {
    const { take, clock } = world()
    await (await take('a')).release(60_000)
    await expect(take('b')).rejects.toThrow(SlotsTakenError)
    const again = await take('a')
    await expect(take('b')).rejects.toThrow(SlotsTakenError)
    await again.release(60_000)
    clock.advance(61_000)
    await take('b')
    await expect(take('a')).rejects.toThrow(SlotsTakenError)
  })

  it('hold a run once, also while others are free', async () => {
    const { take } = world(2)
    const one = await take('a')
    await expect(take('a')).rejects.toThrow(LeaseHeldError)
    await one.release(60_000)
    const both = await Promise.allSettled([take('a'), take('a')])
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    await take('b')
  })
})
