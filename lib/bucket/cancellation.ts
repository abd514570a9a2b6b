import { type ObjectStore, PreconditionFailedError } from '../store/types.ts'
import type { Timestamp } from '../velero/types.ts'
import { readDocument, writeDocument } from './documents.ts'
import { runCancelKey } from './layout.ts'

/** That a run is to end, as its holder finds it in the run's folder. Written once, and gone when the run has ended. */
export interface Cancellation {
  /** Who asked for it: `ann@laptop`. */
  by: string
  requested: Timestamp
}

const BEGINNING = 'cancelled by '

/** The failure reason of a run that was cancelled. Velero has no phase for it. */
export function cancelReason({ by, requested }: Cancellation): string {
  return `${BEGINNING}${by} at ${requested}`
}

export function isCancelReason(failureReason: string | undefined): boolean {
  return failureReason?.startsWith(BEGINNING) ?? false
}

export async function readCancellation(store: ObjectStore, uid: string): Promise<Cancellation | undefined> {
  return (await readDocument<Cancellation>(store, runCancelKey(uid)))?.value
}

/** Safe to repeat: the first one stays, and is answered. */
export async function requestCancellation(
  store: ObjectStore,
  uid: string,
  cancellation: Cancellation,
): Promise<Cancellation> {
  try {
    await writeDocument(store, runCancelKey(uid), cancellation, { ifNoneMatch: '*' })
    return cancellation
  } catch (error) {
    if (!(error instanceof PreconditionFailedError)) throw error
    return (await readCancellation(store, uid)) ?? cancellation
  }
}

/** Of a run that ended before anybody saw it. */
export async function forgetCancellation(store: ObjectStore, uid: string): Promise<void> {
  await store.delete([runCancelKey(uid)])
}
