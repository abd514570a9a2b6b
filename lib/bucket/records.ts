import { ObjectNotFoundError, type ObjectStore, PreconditionFailedError } from '../store/types.ts'
import { InvalidRecordError, readBackupRecord } from '../velero/schema.ts'
import { serialiseRecord } from '../velero/serialise.ts'
import type { Backup } from '../velero/types.ts'
import { readBytes } from './documents.ts'
import { backupRecordKey, backupsPrefix } from './layout.ts'
import { BackupExistsError } from './runs.ts'

/** A backup's record, of any phase and any writer; `undefined` where there is none. Throws InvalidRecordError. */
export async function readBackup(store: ObjectStore, name: string): Promise<Backup | undefined> {
  const key = backupRecordKey(name)
  try {
    return readBackupRecord((await readBytes(store, key)).toString('utf8'))
  } catch (error) {
    if (error instanceof ObjectNotFoundError) return undefined
    if (!(error instanceof InvalidRecordError)) throw error
    const { message, next } = error
    throw new InvalidRecordError(`${JSON.stringify(key)} is no record of a backup: ${message}`, {
      ...(next !== undefined && { next }),
      cause: error,
    })
  }
}

/**
 * Writes a backup's record: the last of its objects, after which none of them is written again. Safe to repeat. Throws
 * BackupExistsError where the name has a record of another request.
 */
export async function writeBackup(store: ObjectStore, backup: Backup): Promise<void> {
  try {
    await store.put(backupRecordKey(backup.metadata.name), serialiseRecord(backup), { ifNoneMatch: '*' })
  } catch (error) {
    if (!(error instanceof PreconditionFailedError)) throw error
    const there = await readBackup(store, backup.metadata.name)
    if (there?.metadata.uid !== backup.metadata.uid) throw new BackupExistsError(backup.metadata.name)
  }
}

/** The names of all folders under backups/, whether or not they hold a record. */
export async function* backupNames(store: ObjectStore): AsyncGenerator<string> {
  for await (const page of store.list(backupsPrefix, { delimiter: '/' }))
    for (const prefix of page.prefixes) yield prefix.slice(backupsPrefix.length, -1)
}
