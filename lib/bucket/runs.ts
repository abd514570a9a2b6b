import { type ObjectStore, PreconditionFailedError } from '../store/types.ts'
import { LateenError } from '../velero/errors.ts'
import type { Timestamp } from '../velero/types.ts'
import type { Restore } from '../velero/types-restore.ts'
import { type DeletionIntent, readIntent } from './deletions.ts'
import { type Document, readDocument, writeDocument } from './documents.ts'
import { runLeaseKey, runNotifiedKey, runOutcomeKey, runPrefix } from './layout.ts'
import { nameKey, type Recorded, type RecordKind } from './record-kinds.ts'

/** Which request has a name, and all that it asked for. */
export interface NameClaim<T extends Recorded> {
  uid: string
  claimed: Timestamp
  /** As it was sent, with its uid; unfinished runs are shown and completed by it. */
  request: T
  /** Of a restore: the backup that it is from, whatever its schedule makes meanwhile. */
  backup?: string
  /** Of a restore: the location of its backup, where that is another one than this. */
  elsewhere?: string
}

/** The source of a restore, as its claim has it. */
export type RestoreSource = Pick<NameClaim<Restore>, 'backup' | 'elsewhere'>

/** How a run ended; kept for 15 days, longer than any queue keeps a message, so that a message sent again is known. */
export interface RunOutcome<T extends Recorded> {
  uid: string
  name: string
  ended: Timestamp
  /** With its final status. FailedValidation is to be found only here, for Velero stores nothing then. */
  record: T
  errors: string[]
  warnings: string[]
}

/** What had the name is still being deleted. */
export class BeingDeletedError extends LateenError {
  constructor({ word }: Pick<RecordKind<Recorded>, 'word'>, { name, notBefore }: DeletionIntent) {
    super(`an earlier ${word} ${JSON.stringify(name)} is being deleted`, {
      next:
        notBefore === undefined
          ? 'Try again in a moment, or choose another name.'
          : `Choose another name: object lock keeps its files until ${notBefore}.`,
    })
  }
}

/**
 * Gives the name of `request` to its uid. Safe to repeat. A name that is held by a run which ended without a record is
 * free. Answers the claim as it stands, with the time of the first one. Throws the kind's NameTakenError where another
 * request has it, BeingDeletedError while what had it is being deleted.
 */
export async function claimName<T extends Recorded>(
  store: ObjectStore,
  kind: RecordKind<T>,
  request: T,
  uid: string,
  now: Date,
  source: RestoreSource = {},
): Promise<NameClaim<T>> {
  // Before, so that what is refused leaves no claim; and after: see lookAt in lib/gc/deletion.ts.
  await refuseDeleted(store, kind, request.metadata.name)
  const claim = await claimFree(store, kind, { uid, claimed: now.toISOString(), request, ...source })
  await refuseDeleted(store, kind, request.metadata.name)
  return claim
}

async function refuseDeleted(store: ObjectStore, kind: RecordKind<Recorded>, name: string): Promise<void> {
  const intent = await readIntent(store, kind, name)
  if (intent !== undefined) throw new BeingDeletedError(kind, intent.value)
}

async function claimFree<T extends Recorded>(
  store: ObjectStore,
  kind: RecordKind<T>,
  claim: NameClaim<T>,
): Promise<NameClaim<T>> {
  const { uid, request } = claim
  const { name } = request.metadata
  const key = nameKey(kind, name)
  try {
    await writeDocument(store, key, claim, { ifNoneMatch: '*' })
    return claim
  } catch (error) {
    if (!(error instanceof PreconditionFailedError)) throw error
  }
  const held = await readDocument<NameClaim<T>>(store, key)
  if (held?.value.uid === uid) return sourced(store, key, held, claim)
  if (held === undefined || (await readOutcome(store, held.value.uid)) === undefined) throw kind.exists(name, held)
  if ((await store.head(kind.recordKey(name))) !== undefined) throw kind.exists(name)
  await writeDocument(store, key, claim, { ifMatch: held.etag }).catch(error => {
    throw error instanceof PreconditionFailedError ? kind.exists(name) : error
  })
  return claim
}

/** A claim of this very request that was written before anybody knew its source is given that. Throws PreconditionFailedError. */
async function sourced<T extends Recorded>(
  store: ObjectStore,
  key: string,
  { value, etag }: Document<NameClaim<T>>,
  { backup, elsewhere }: NameClaim<T>,
): Promise<NameClaim<T>> {
  if (value.backup !== undefined || backup === undefined) return value
  const whole = { ...value, backup, ...(elsewhere !== undefined && { elsewhere }) }
  await writeDocument(store, key, whole, { ifMatch: etag })
  return whole
}

export async function readOutcome<T extends Recorded>(
  store: ObjectStore,
  uid: string,
): Promise<RunOutcome<T> | undefined> {
  return (await readDocument<RunOutcome<T>>(store, runOutcomeKey(uid)))?.value
}

/** Safe to repeat: the first outcome stays. */
export async function writeOutcome<T extends Recorded>(store: ObjectStore, outcome: RunOutcome<T>): Promise<void> {
  await writeDocument(store, runOutcomeKey(outcome.uid), outcome, { ifNoneMatch: '*' }).catch(error => {
    if (!(error instanceof PreconditionFailedError)) throw error
  })
}

/** The keys of what a run put aside, page by page; not those of its lease, its outcome, and of who knows of that. */
export async function* putAside(store: ObjectStore, uid: string): AsyncGenerator<string[]> {
  const kept = new Set([runLeaseKey(uid), runOutcomeKey(uid), runNotifiedKey(uid)])
  for await (const { objects } of store.list(runPrefix(uid)))
    yield objects.map(({ key }) => key).filter(key => !kept.has(key))
}

/** Removes what a run put aside; its lease and outcome stay. */
export async function clearRun(store: ObjectStore, uid: string): Promise<void> {
  for await (const keys of putAside(store, uid)) if (keys.length > 0) await store.delete(keys)
}
