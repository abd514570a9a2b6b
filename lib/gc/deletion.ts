import {
  type Deleter,
  type Deletion,
  DeletionHeldError,
  type DeletionIntent,
  HeldDeletion,
  intendedNames,
  readIntent,
} from '../bucket/deletions.ts'
import { readDocument } from '../bucket/documents.ts'
import { folderOf, nameKey, RESTORES, type Recorded, type RecordKind } from '../bucket/record-kinds.ts'
import { readRecord } from '../bucket/records.ts'
import { type NameClaim, putAside, readOutcome, writeOutcome } from '../bucket/runs.ts'
import type { KeptVersion, ObjectStore } from '../store/types.ts'

/** What became of one backup or restore. */
export interface Deleted {
  /** `another`: the name has another record than was meant, which stays. `failed`: the record could not be removed, so nothing was. */
  how: 'deleted' | 'another' | 'failed'
  /** Objects, or versions of them. */
  removed: number
  kept: KeptVersion[]
}

/**
 * Deletes a backup with the restores from it, or a restore: the intent first, then the record, so that nothing is ever shown
 * that is not whole, then all else. May be called any number of times, by several at once, and after a death at any line. What
 * object lock keeps is hidden, and the intent stays until the lock ends, if it has an end; what is kept for another reason
 * leaves the intent for the next try. Throws DeletionHeldError while somebody else deletes it.
 */
export async function deleteRecorded<T extends Recorded>(
  store: ObjectStore,
  kind: RecordKind<T>,
  deletion: Deletion,
  deleter: Deleter,
): Promise<Deleted> {
  return finishDeletion(store, kind, await HeldDeletion.take(store, kind, deletion, deleter), deleter)
}

/** What deleteRecorded does once the deletion is ours. */
export async function finishDeletion<T extends Recorded>(
  store: ObjectStore,
  kind: RecordKind<T>,
  held: HeldDeletion,
  deleter: Deleter,
): Promise<Deleted> {
  try {
    return await carryOut(store, kind, held, deleter)
  } catch (error) {
    // Best effort: others may go on at the latest when the hold ends by itself.
    await held.release().catch(() => {})
    throw error
  }
}

async function carryOut<T extends Recorded>(
  store: ObjectStore,
  kind: RecordKind<T>,
  held: HeldDeletion,
  deleter: Deleter,
): Promise<Deleted> {
  const { name, reason, restores } = held.intent
  const found = await lookAt(store, kind, held.intent)
  if (found === 'another') {
    await held.close()
    return { how: 'another', removed: 0, kept: [] }
  }
  const { record, ours, hasFiles } = found
  if (record !== undefined && ours) await keepOutcome(store, record, deleter.now())
  const first = record === undefined ? NOTHING : await purge(store, kind.recordKey(name), held)
  if (isHeldBack(first)) {
    await held.close()
    return { how: 'failed', ...first }
  }
  const parts = await allEnded([
    ...restores.map(restore => deleteWith(store, { ...restore, reason, restores: [] }, deleter)),
    hasFiles ? purge(store, folderOf(kind, name), held) : NOTHING,
    ours ? removeTraces(store, kind, held) : NOTHING,
  ])
  const all = sum([first, ...parts])
  await closeOrWait(held, all)
  return { how: 'deleted', ...all }
}

/** As Promise.all, but none is at work any more where one has failed: what is let go of must not be touched. */
async function allEnded<T>(works: readonly (T | Promise<T>)[]): Promise<T[]> {
  const ended = await Promise.allSettled(works)
  return ended.map(end => {
    if (end.status === 'rejected') throw end.reason
    return end.value
  })
}

/** What stands there by the name of an intent. */
interface Found<T> {
  /** The one that is meant; undefined where it is gone already, or never came to be. */
  record: T | undefined
  /** Its run was one of ours, and has the name still. */
  ours: boolean
  hasFiles: boolean
}

/**
 * `another`: a later request has the name, or this one's run has not ended. Whoever claims a name looks for an intent after that, and
 * whoever deletes looks for a claim after the intent, so that at least one of the two gives way.
 */
async function lookAt<T extends Recorded>(
  store: ObjectStore,
  kind: RecordKind<T>,
  { name, uid, notBefore }: DeletionIntent,
): Promise<Found<T> | 'another'> {
  const [record, claim] = await Promise.all([
    readRecord(store, kind, name),
    readDocument<NameClaim<T>>(store, nameKey(kind, name)),
  ])
  const ours = uid !== undefined && claim?.value.uid === uid
  if (record !== undefined) return record.metadata.uid === uid ? { record, ours, hasFiles: true } : 'another'
  if (claim !== undefined) {
    const outcome = ours ? await readOutcome<T>(store, uid) : undefined
    // Of a refused request there are no files, and whoever has written some has not asked us for the name.
    const hasFiles = outcome?.record.status?.phase !== 'FailedValidation'
    return outcome === undefined ? 'another' : { record, ours, hasFiles }
  }
  // A restore by Velero has neither uid nor record. All that was there was hidden by then: what is to be seen now is a later one's.
  const isLater = uid === undefined && notBefore !== undefined && (await hasObjects(store, folderOf(kind, name)))
  return isLater ? 'another' : { record, ours, hasFiles: true }
}

async function hasObjects(store: ObjectStore, prefix: string): Promise<boolean> {
  for await (const { objects } of store.list(prefix)) if (objects.length > 0) return true
  return false
}

/** A run of ours may have died behind its record: without an outcome its message would make anew what is deleted. */
async function keepOutcome(store: ObjectStore, record: Recorded, now: Date): Promise<void> {
  const { name, uid = '' } = record.metadata
  await writeOutcome(store, { uid, name, ended: now.toISOString(), record, errors: [], warnings: [] })
}

/** What a dead deletion has left, or a lock that has ended meanwhile. One that can't be read hides no other. */
export async function* openDeletions<T extends Recorded>(
  store: ObjectStore,
  kind: RecordKind<T>,
  now: Date,
  onDamaged: (error: unknown) => void,
): AsyncGenerator<DeletionIntent> {
  for await (const name of intendedNames(store, kind)) {
    const read = await readIntent(store, kind, name).catch(onDamaged)
    const intent = read?.value
    if (intent !== undefined && new Date(intent.notBefore ?? 0) <= now) yield intent
  }
}

type Removed = Pick<Deleted, 'removed' | 'kept'>

const NOTHING: Removed = { removed: 0, kept: [] }

function sum(parts: readonly Removed[]): Removed {
  return { removed: parts.reduce((all, { removed }) => all + removed, 0), kept: parts.flatMap(({ kept }) => kept) }
}

/** Something is kept for another reason than a lock. */
function isHeldBack({ kept }: Removed): boolean {
  return kept.some(({ locked }) => !locked)
}

/** A restore that somebody else deletes at this moment is as good as gone: its own intent sees to that. */
async function deleteWith(store: ObjectStore, restore: Deletion, deleter: Deleter): Promise<Removed> {
  return deleteRecorded(store, RESTORES, restore, deleter).catch(error => {
    if (error instanceof DeletionHeldError) return NOTHING
    throw error
  })
}

async function purge(store: ObjectStore, keyOrFolder: string, held: HeldDeletion): Promise<Removed> {
  const all: Removed = { removed: 0, kept: [] }
  await held.assure()
  for await (const { removed, kept } of store.purge(keyOrFolder)) {
    all.removed += removed
    all.kept.push(...kept)
    await held.assure()
  }
  return all
}

/**
 * What its run has left beside it: the claim of the name, and what was put aside. Lease and outcome stay for as long as a
 * message may come again. Who claims the name in this very moment finds the intent, and claims it again later.
 */
async function removeTraces<T extends Recorded>(
  store: ObjectStore,
  kind: RecordKind<T>,
  held: HeldDeletion,
): Promise<Removed> {
  const { name, uid = '' } = held.intent
  const keys = [nameKey(kind, name), ...(await Array.fromAsync(putAside(store, uid))).flat()]
  await held.assure()
  const failures = await store.delete(keys)
  return { removed: keys.length - failures.length, kept: failures.map(failure => ({ ...failure, locked: false })) }
}

async function closeOrWait(held: HeldDeletion, all: Removed): Promise<void> {
  if (isHeldBack(all)) return held.release()
  const ends = all.kept.flatMap(({ until }) => (until === undefined ? [] : [until.getTime()]))
  return ends.length === 0 ? held.close() : held.wait(new Date(Math.max(...ends)))
}
