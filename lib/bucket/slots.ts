import type { ObjectStore } from '../store/types.ts'
import { LateenError } from '../velero/errors.ts'
import { readDocument } from './documents.ts'
import { slotKey } from './layout.ts'
import { isHeld, Lease, type LeaseDocument, LeaseHeldError } from './lease.ts'

/** How many runs may be at work on a cluster at the same time. */
export interface SlotLimit {
  cluster: string
  limit: number
}

/** As many runs as may be are at work on the cluster. */
export class SlotsTakenError extends LateenError {
  constructor({ cluster, limit }: SlotLimit) {
    super(`the cluster ${JSON.stringify(cluster)} has ${limit} ${limit === 1 ? 'backup' : 'backups'} at work already`, {
      next: 'Wait for the end of one, or raise concurrentBackups of the cluster in lateen.yaml.',
    })
  }
}

/**
 * One of a cluster's slots, as a lease: the one that was kept for this run, or any that is free. Throws SlotsTakenError, and
 * LeaseHeldError where this very run is at work in one.
 */
export async function takeSlot(
  store: ObjectStore,
  slots: SlotLimit,
  uid: string,
  owner: string,
  now: () => Date,
): Promise<Lease> {
  const keys = Array.from({ length: slots.limit }, (_, i) => slotKey(slots.cluster, i + 1))
  const seen = await Promise.all(
    keys.map(async key => ({ key, lease: (await readDocument<LeaseDocument>(store, key))?.value })),
  )
  const isHeldNow = (lease: LeaseDocument | undefined) => lease !== undefined && isHeld(lease, now())
  const own = seen.filter(({ lease }) => lease?.uid === uid && isHeldNow(lease))
  const free = seen.filter(({ lease }) => !isHeldNow(lease))
  for (const { key } of [...own, ...free]) {
    try {
      return await Lease.acquire(store, uid, owner, now, key)
    } catch (error) {
      // Somebody else was faster, with another slot or with this run.
      if (!(error instanceof LeaseHeldError) || error.uid === uid) throw error
    }
  }
  throw new SlotsTakenError(slots)
}
