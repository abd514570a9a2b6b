import { type ObjectStore, PreconditionFailedError } from '../store/types.ts'
import type { Timestamp } from '../velero/types.ts'
import { type Document, readDocument, writeDocument } from './documents.ts'
import { runNotifiedKey } from './layout.ts'

/** Who has been told how a run ended. A target that is not in it came to the configuration later, and is not told. */
export interface Notified {
  version: 1
  /** By the target's id, which holds no secret. */
  targets: Record<string, { sent: Timestamp } | { problem: string }>
}

export function readNotified(store: ObjectStore, uid: string): Promise<Document<Notified> | undefined> {
  return readDocument<Notified>(store, runNotifiedKey(uid))
}

const TRIES = 5

/** Adds to what stands there; that somebody was told is never taken back. Throws PreconditionFailedError where others were always faster. */
export async function addNotified(
  store: ObjectStore,
  uid: string,
  targets: Notified['targets'],
  known: Document<Notified> | undefined,
): Promise<void> {
  for (let tries = 1, found = known; ; tries++) {
    const before = found?.value.targets ?? {}
    const sent = Object.entries(before).filter(([, each]) => 'sent' in each)
    const value: Notified = { version: 1, targets: { ...before, ...targets, ...Object.fromEntries(sent) } }
    try {
      await writeDocument(
        store,
        runNotifiedKey(uid),
        value,
        found === undefined ? { ifNoneMatch: '*' } : { ifMatch: found.etag },
      )
      return
    } catch (error) {
      if (!(error instanceof PreconditionFailedError) || tries === TRIES) throw error
      found = await readNotified(store, uid)
    }
  }
}
