import {
  type DeletedName,
  type DeletionIntent,
  deletionKey,
  intendedNames,
  readIntent,
  writeIntent,
} from '../bucket/deletions.ts'
import { readDocument, writeDocument } from '../bucket/documents.ts'
import { runLeaseKey, runOutcomeKey, runPrefix } from '../bucket/layout.ts'
import { folderOf, nameKey, RESTORES, type Recorded, type RecordKind } from '../bucket/record-kinds.ts'
import { readRecord } from '../bucket/records.ts'
import { type NameClaim, readOutcome, writeOutcome } from '../bucket/runs.ts'
import type { KeptVersion, ObjectStore } from '../store/types.ts'

/** What became of one backup or restore. */
export interface Deleted {
  /** `another`: the name has another record than was meant, which stays. `failed`: the record could not be removed, so nothing was. */
  how: 'deleted' | 'another' | 'failed'
  /** Objects, or versions of them. */
  removed: number
  kept: KeptVersion[]
}

export interface Target extends DeletedName {
  /** For people. */
  reason: string
  /** Of a backup: the restores from it. */
  restores?: readonly DeletedName[]
}

/**
 * Deletes a backup with the restores from it, or a restore: the intent first, then the record, so that nothing is ever shown
 * that is not whole, then all else. May be called any number of times, by several at once, and after a death at any line. What
 * object lock keeps is hidden, and the intent stays until the lock ends, if it has an end; what is kept for another reason
 * leaves the intent for the next try.
 */
export async function deleteRecorded<T extends Recorded>(
  store: ObjectStore,
  kind: RecordKind<T>,
  { name, uid, reason, restores = [] }: Target,
  now: Date,
): Promise<Deleted> {
  const wanted = { name, ...(uid !== undefined && { uid }), reason, requested: now.toISOString() }
  const intent = await writeIntent(store, kind, { ...wanted, restores: [...restores] })
  return finishDeletion(store, kind, intent, now)
}

/** Goes on from an intent, as deleteRecorded does. */
export async function finishDeletion<T extends Recorded>(
  store: ObjectStore,
  kind: RecordKind<T>,
  intent: DeletionIntent,
  now: Date,
): Promise<Deleted> {
  const { name, uid, reason } = intent
  const giveUp = async (how: 'another' | 'failed', kept: KeptVersion[]) => {
    await store.delete([deletionKey(kind, name)])
    return { how, removed: 0, kept }
  }
  const record = await readRecord(store, kind, name)
  if (record === undefined ? await isClaimed(store, kind, intent) : record.metadata.uid !== uid)
    return giveUp('another', [])
  if (record !== undefined) await keepOutcome(store, kind, record, now)
  const first = record === undefined ? NOTHING : await purge(store, kind.recordKey(name))
  if (first.kept.some(({ locked }) => !locked)) return giveUp('failed', first.kept)
  const parts = await Promise.all([
    ...intent.restores.map(restore => deleteRecorded(store, RESTORES, { ...restore, reason }, now)),
    purge(store, folderOf(kind, name)),
    removeTraces(store, kind, intent),
  ])
  const all = [first, ...parts]
  const kept = all.flatMap(part => part.kept)
  await closeIntent(store, kind, intent, kept)
  return { how: 'deleted', removed: all.reduce((sum, part) => sum + part.removed, 0), kept }
}

/**
 * Whether a later request has the name, or this one's run has not ended. Whoever claims a name looks for an intent after that, and
 * whoever deletes looks for a claim after the intent, so that at least one of the two gives way.
 */
async function isClaimed<T extends Recorded>(
  store: ObjectStore,
  kind: RecordKind<T>,
  { name, uid }: DeletionIntent,
): Promise<boolean> {
  const claim = await readDocument<NameClaim<T>>(store, nameKey(kind, name))
  if (claim === undefined) return false
  return uid === undefined || claim.value.uid !== uid || (await readOutcome(store, uid)) === undefined
}

/** A run of ours may have died behind its record: without an outcome its message would make anew what is deleted. */
async function keepOutcome<T extends Recorded>(
  store: ObjectStore,
  kind: RecordKind<T>,
  record: T,
  now: Date,
): Promise<void> {
  const { name, uid } = record.metadata
  const claim = await readDocument<NameClaim<T>>(store, nameKey(kind, name))
  if (uid === undefined || claim?.value.uid !== uid) return
  await writeOutcome(store, { uid, name, ended: now.toISOString(), record, errors: [], warnings: [] })
}

/** What a dead deletion has left, or a lock that has ended meanwhile. */
export async function* openDeletions<T extends Recorded>(
  store: ObjectStore,
  kind: RecordKind<T>,
  now: Date,
): AsyncGenerator<DeletionIntent> {
  for await (const name of intendedNames(store, kind)) {
    const intent = (await readIntent(store, kind, name))?.value
    if (intent !== undefined && new Date(intent.notBefore ?? 0) <= now) yield intent
  }
}

type Removed = Pick<Deleted, 'removed' | 'kept'>

const NOTHING: Removed = { removed: 0, kept: [] }

async function purge(store: ObjectStore, keyOrFolder: string): Promise<Removed> {
  const all: Removed = { removed: 0, kept: [] }
  for await (const { removed, kept } of store.purge(keyOrFolder)) {
    all.removed += removed
    all.kept.push(...kept)
  }
  return all
}

/**
 * What its run has left beside it: the claim of the name, and what was put aside. Lease and outcome stay for as long as a
 * message may come again. Who claims it in this very moment finds the intent, and claims it again later.
 */
async function removeTraces<T extends Recorded>(
  store: ObjectStore,
  kind: RecordKind<T>,
  { name, uid }: DeletionIntent,
): Promise<Removed> {
  if (uid === undefined) return NOTHING
  const key = nameKey(kind, name)
  const claim = await readDocument<NameClaim<T>>(store, key)
  if (claim?.value.uid !== uid) return NOTHING
  const kept = new Set([runLeaseKey(uid), runOutcomeKey(uid)])
  const keys = [key]
  for await (const { objects } of store.list(runPrefix(uid)))
    keys.push(...objects.map(object => object.key).filter(each => !kept.has(each)))
  const failures = await store.delete(keys)
  return { removed: keys.length - failures.length, kept: failures.map(failure => ({ ...failure, locked: false })) }
}

async function closeIntent<T extends Recorded>(
  store: ObjectStore,
  kind: RecordKind<T>,
  intent: DeletionIntent,
  kept: readonly KeptVersion[],
): Promise<void> {
  const key = deletionKey(kind, intent.name)
  if (kept.some(({ locked }) => !locked)) return
  const ends = kept.flatMap(({ until }) => (until === undefined ? [] : [until.getTime()]))
  if (ends.length === 0) await store.delete([key])
  else await writeDocument(store, key, { ...intent, notBefore: new Date(Math.max(...ends)).toISOString() })
}
