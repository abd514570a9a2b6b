import { runLeaseKey } from '../bucket/layout.ts'
import { Lease, LeaseHeldError } from '../bucket/lease.ts'
import type { Recorded } from '../bucket/record-kinds.ts'
import { isReadOnly } from '../config/location.ts'
import type { Settings } from '../config/types.ts'
import type { ObjectStore } from '../store/types.ts'
import { AROUND, type Around } from './around.ts'
import { ClockSkewError } from './errors.ts'
import { Collection } from './gc-collection.ts'
import { emptyAccount, type GcResult } from './gc-types.ts'
import { giveUpLease, keepLease } from './heartbeat.ts'
import { keepMemoryFlat } from './memory.ts'
import { newOwner } from './owner.ts'

export interface GcOptions {
  /** Decides only, and writes nothing. */
  dryRun?: boolean
  /** Aborted to end at the next deletion, as when the deadline is near. */
  signal?: AbortSignal
  /** Sends the request of a run that died to the queue that it came from; without it such runs are only told of. */
  send?: (request: Recorded) => Promise<unknown>
  now?: () => Date
}

/** The run under whose lease a location is collected. */
const GC_RUN = 'gc'

/** By more than this no clock is wrong that is kept at all. In ms. */
const MOST_SKEW_MS = 5 * 60_000

/**
 * Deletes what has expired in a location, finishes deletions that died, and looks after runs that died; leaves an account of
 * it under metadata/lateen/gc/; tells of runs that ended whoever has not been told. May be called by several at once: one works, and the others answer `busy`. A death at any line
 * leaves what the next call finishes. A read-only location is only looked at.
 *
 * Throws ClockSkewError where the clock here and that of the store differ, for then nobody knows what has expired; and the
 * errors of the store.
 */
export async function collectGarbage(
  { location, notifications = [] }: Pick<Settings, 'location' | 'notifications'>,
  options: GcOptions = {},
  around: Partial<Around> = {},
): Promise<GcResult> {
  const all = { ...AROUND, ...around }
  const now = options.now ?? (() => new Date())
  const store = await all.openStore(location)
  const owner = newOwner()
  const { sizes, deliver, sleep } = all
  const parts = {
    ...{ store, location, now, owner, sizes, notifications, deliver, sleep },
    ...(options.send && { send: options.send }),
  }
  try {
    if (options.dryRun || isReadOnly(location))
      return await new Collection({ ...parts, dryRun: true, lost: () => false, stopping: () => false }).run()
    return await underLease(store, owner, now, async lost => {
      const stopping = () => options.signal?.aborted === true
      return new Collection({ ...parts, dryRun: false, lost: () => lost.aborted, stopping }).run()
    })
  } catch (error) {
    if (!(error instanceof LeaseHeldError)) throw error
    return { how: 'busy', decisions: [], schedules: [], ...emptyAccount(location.name, now()) }
  } finally {
    await store.close()
  }
}

async function underLease(
  store: ObjectStore,
  owner: string,
  now: () => Date,
  work: (lost: AbortSignal) => Promise<GcResult>,
): Promise<GcResult> {
  const lease = await Lease.acquire(store, GC_RUN, owner, now)
  const lost = new AbortController()
  const endFlat = keepMemoryFlat()
  const end = keepLease(lease, { progress: () => ({}), lost: reason => lost.abort(reason) })
  try {
    await refuseSkew(store, now())
    return await work(lost.signal)
  } finally {
    endFlat()
    await end()
    await giveUpLease(lease)
  }
}

/** The lease was written just now: the time that the store gives it is the store's own. */
async function refuseSkew(store: ObjectStore, now: Date): Promise<void> {
  const written = (await store.head(runLeaseKey(GC_RUN)))?.lastModified ?? now
  if (Math.abs(written.getTime() - now.getTime()) > MOST_SKEW_MS) throw new ClockSkewError(now, written)
}
