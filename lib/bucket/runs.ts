import { type ObjectStore, PreconditionFailedError } from '../store/types.ts'
import { LateenError } from '../velero/errors.ts'
import type { Backup, Timestamp } from '../velero/types.ts'
import { type Document, readDocument, writeDocument } from './documents.ts'
import { backupNameKey, backupRecordKey, runLeaseKey, runOutcomeKey, runPrefix } from './layout.ts'

/** Which request has a name, and all that it asked for. */
export interface NameClaim {
  uid: string
  claimed: Timestamp
  /** As it was sent, with its uid; unfinished runs are shown and completed by it. */
  backup: Backup
}

/** How a run ended; kept for 15 days, longer than any queue keeps a message, so that a message sent again is known. */
export interface RunOutcome {
  uid: string
  name: string
  ended: Timestamp
  /** With its final status. FailedValidation is to be found only here, for Velero stores nothing then. */
  backup: Backup
  errors: string[]
  warnings: string[]
}

/** The name belongs to another request. */
export class BackupExistsError extends LateenError {
  /** The claim that holds it, where the backup has no record yet. */
  declare readonly claim?: Document<NameClaim>
  constructor(name: string, claim?: Document<NameClaim>) {
    super(`backups.velero.io ${JSON.stringify(name)} already exists`, {
      next:
        claim === undefined
          ? 'Choose another name.'
          : `Choose another name, or let the unfinished run ${claim.value.uid} end: the same command or message completes it.`,
    })
    if (claim !== undefined) this.claim = claim
  }
}

/**
 * Gives the name of `backup` to its uid. Safe to repeat. A name that is held by a run which ended without a record is
 * free. Answers the claim as it stands, with the time of the first one. Throws BackupExistsError where another request has it.
 */
export async function claimName(store: ObjectStore, backup: Backup, uid: string, now: Date): Promise<NameClaim> {
  const { name } = backup.metadata
  const claim: NameClaim = { uid, claimed: now.toISOString(), backup }
  const key = backupNameKey(name)
  try {
    await writeDocument(store, key, claim, { ifNoneMatch: '*' })
    return claim
  } catch (error) {
    if (!(error instanceof PreconditionFailedError)) throw error
  }
  const held = await readDocument<NameClaim>(store, key)
  if (held?.value.uid === uid) return held.value
  if (held === undefined || (await readOutcome(store, held.value.uid)) === undefined)
    throw new BackupExistsError(name, held)
  if ((await store.head(backupRecordKey(name))) !== undefined) throw new BackupExistsError(name)
  await writeDocument(store, key, claim, { ifMatch: held.etag }).catch(error => {
    throw error instanceof PreconditionFailedError ? new BackupExistsError(name) : error
  })
  return claim
}

export async function readOutcome(store: ObjectStore, uid: string): Promise<RunOutcome | undefined> {
  return (await readDocument<RunOutcome>(store, runOutcomeKey(uid)))?.value
}

/** Safe to repeat: the first outcome stays. */
export async function writeOutcome(store: ObjectStore, outcome: RunOutcome): Promise<void> {
  await writeDocument(store, runOutcomeKey(outcome.uid), outcome, { ifNoneMatch: '*' }).catch(error => {
    if (!(error instanceof PreconditionFailedError)) throw error
  })
}

/** Removes what a run put aside; its lease and outcome stay. */
export async function clearRun(store: ObjectStore, uid: string): Promise<void> {
  const kept = new Set([runLeaseKey(uid), runOutcomeKey(uid)])
  for await (const page of store.list(runPrefix(uid))) {
    const keys = page.objects.map(object => object.key).filter(key => !kept.has(key))
    if (keys.length > 0) await store.delete(keys)
  }
}
