import { type DeletedName, HeldDeletion, readIntent } from '../bucket/deletions.ts'
import { BACKUPS, RESTORES, type Recorded, type RecordKind } from '../bucket/record-kinds.ts'
import { readRecord } from '../bucket/records.ts'
import { isReadOnly } from '../config/location.ts'
import type { Settings } from '../config/types.ts'
import { type Deleted, finishDeletion } from '../gc/deletion.ts'
import { type ObjectStore, StoreError } from '../store/types.ts'
import { LateenError } from '../velero/errors.ts'
import { AROUND, type Around } from './around.ts'
import { BackupNotFoundError, LocationNotWritableError, RestoreNotFoundError } from './errors.ts'
import { findRun, withStore } from './found-runs.ts'
import { newOwner } from './owner.ts'
import { begunSince, restoreSources } from './restore-sources.ts'

export interface DeleteOptions {
  /** Only if the record has this uid; absent: whichever it has. */
  uid?: string
  now?: () => Date
}

/** Somebody still writes or reads what is to be deleted. */
export class InUseError extends LateenError {}

const WAIT = { next: 'Wait for its end, or cancel it; a run that died ends by itself after a day.' }

/**
 * Deletes a backup and the restores from it, as Velero does for a DeleteBackupRequest. Safe to repeat; a deletion that died is
 * gone on with. Answers what object lock keeps. Throws BackupNotFoundError, InUseError for a backup that is being made or
 * restored from, DeletionHeldError while somebody else deletes it, LocationNotWritableError, StoreError where something can't be removed.
 */
export function deleteBackup(
  settings: Pick<Settings, 'location'>,
  name: string,
  options: DeleteOptions = {},
  around: Partial<Around> = {},
): Promise<Deleted> {
  return within(settings, { ...AROUND, ...around }, async store => {
    const { reading, ended, claims } = await restoreSources(store, () => {})
    refuseRead(name, reading.get(name))
    const remains = async () => refuseRead(name, (await begunSince(store, claims)).get(name))
    const parts = { name, missing: new BackupNotFoundError(name), restores: ended.get(name) ?? [], remains }
    return remove(store, BACKUPS, parts, options)
  })
}

/** Deletes a restore's record, logs and results; what it restored stays. Throws as deleteBackup does, RestoreNotFoundError. */
export function deleteRestore(
  settings: Settings,
  name: string,
  options: DeleteOptions = {},
  around: Partial<Around> = {},
): Promise<Deleted> {
  const { location, results = location } = settings
  return within({ location: results }, { ...AROUND, ...around }, store =>
    remove(store, RESTORES, { name, missing: new RestoreNotFoundError(name), restores: [] }, options),
  )
}

function refuseRead(name: string, restore: string | undefined): void {
  if (restore !== undefined)
    throw new InUseError(`the restore ${JSON.stringify(restore)} reads the backup ${JSON.stringify(name)}`, WAIT)
}

async function within(
  { location }: Pick<Settings, 'location'>,
  { openStore }: Around,
  work: (store: ObjectStore) => Promise<Deleted>,
): Promise<Deleted> {
  if (isReadOnly(location))
    throw new LocationNotWritableError(
      `cannot delete from the backup storage location ${location.name}, which is currently in read-only mode`,
    )
  return withStore(location, work, openStore)
}

interface Removal {
  name: string
  /** What is thrown where there is none. */
  missing: LateenError
  restores: DeletedName[]
  /** Throws what stands against it, now that everybody can see that it is to be deleted. */
  remains?: () => Promise<void>
}

async function remove<T extends Recorded>(
  store: ObjectStore,
  kind: RecordKind<T>,
  { name, missing, restores, remains = async () => {} }: Removal,
  options: DeleteOptions,
): Promise<Deleted> {
  // Also where the uid is given: what is still being made is not deleted.
  const there = await uidOf(store, kind, name, missing)
  const { uid = there, now = () => new Date() } = options
  const deletion = { name, reason: 'asked for', restores, ...(uid !== undefined && { uid }) }
  const deleter = { owner: newOwner(), now }
  const held = await HeldDeletion.take(store, kind, deletion, deleter)
  await remains().catch(async error => {
    await held.close()
    throw error
  })
  const deleted = await finishDeletion(store, kind, held, deleter)
  if (deleted.how === 'another') throw missing
  const failure = deleted.kept.find(({ locked }) => !locked)
  if (failure === undefined) return deleted
  throw new StoreError(`${JSON.stringify(failure.key)} can't be deleted: ${failure.message}`, {
    code: failure.code,
    next: 'Allow deleting in the bucket, and give the same command again.',
  })
}

/** Of a record, or of a request that was refused; a restore by Velero has none. */
async function uidOf<T extends Recorded>(
  store: ObjectStore,
  kind: RecordKind<T>,
  name: string,
  missing: LateenError,
): Promise<string | undefined> {
  const [record, intent] = await Promise.all([readRecord(store, kind, name), readIntent(store, kind, name)])
  if (record !== undefined) return record.metadata.uid
  // A deletion that died.
  if (intent !== undefined) return intent.value.uid
  const run = await findRun(store, kind, name)
  if (run?.refused !== undefined) return run.claim.uid
  if (run !== undefined) throw new InUseError(`${kind.word} ${JSON.stringify(name)} is still in progress`, WAIT)
  for await (const { objects } of store.list(`${kind.prefix}${name}/`))
    if (objects.length > 0 && kind.word === 'restore') return undefined
  throw missing
}
