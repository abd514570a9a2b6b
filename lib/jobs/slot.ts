import { type SlotLimit, takeSlot } from '../bucket/slots.ts'
import type { ObjectStore } from '../store/types.ts'
import { giveUpLease, keepLease } from './heartbeat.ts'
import { newOwner } from './owner.ts'

/**
 * How long a slot waits for the next invocation of a run, in ms: a message is there within seconds, unless as many runs as may
 * be in all are at work. After that others may go before it.
 */
const KEPT_MS = 5 * 60_000

/**
 * Works in one of a cluster's slots. A run that goes on in another invocation finds its slot again, so that one that has begun
 * is not overtaken by one that waits. A slot that gets lost costs no run: there is one too many at work for a while. Throws as takeSlot does.
 */
export async function inSlot<T extends { how: string }>(
  store: ObjectStore,
  slots: SlotLimit,
  uid: string,
  now: () => Date,
  work: () => Promise<T>,
): Promise<T> {
  const slot = await takeSlot(store, slots, uid, newOwner(), now)
  const end = keepLease(slot, { progress: () => ({}), lost: () => {} })
  let keptMs = 0
  try {
    const answer = await work()
    if (answer.how === 'continued') keptMs = KEPT_MS
    return answer
  } finally {
    await end()
    await giveUpLease(slot, keptMs)
  }
}
