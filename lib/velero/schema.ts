import { backupSchema } from './schema-backup.ts'
import { locationSchema } from './schema-location.ts'
import { schemaParts } from './schema-parts.ts'
import { readManifest, readRecord } from './schema-read.ts'
import { restoreSchema } from './schema-restore.ts'
import { deleteRequestSchema, scheduleSchema } from './schema-schedule.ts'
import type { Backup, BackupStorageLocation } from './types.ts'
import type { Restore } from './types-restore.ts'
import type { DeleteBackupRequest, Schedule } from './types-schedule.ts'

export { InvalidManifestError, InvalidRecordError } from './schema-read.ts'

const given = schemaParts('given')
const givenBackup = backupSchema(given)
const givenRestore = restoreSchema(given)
const givenLocation = locationSchema(given)
const givenSchedule = scheduleSchema(given)
const givenDeleteRequest = deleteRequestSchema(given)
const stored = schemaParts('stored')
const storedBackup = backupSchema(stored)
const storedRestore = restoreSchema(stored)
const storedSchedule = scheduleSchema(stored)

/**
 * Reads a Backup manifest that a person or a message gave, already parsed from JSON or YAML. `null` counts as absent, as
 * for the API server. A status is left out: it is for the one who runs the backup to write. Throws InvalidManifestError
 * for anything not understood, unknown fields included.
 */
export function parseBackup(input: unknown): Backup {
  return readManifest(givenBackup, input) as Backup
}

/** Reads a Restore manifest, as `parseBackup` reads a Backup. What its values mean: `validateRestore`. */
export function parseRestore(input: unknown): Restore {
  return readManifest(givenRestore, input) as Restore
}

/** Reads a BackupStorageLocation manifest, as `parseBackup` reads a Backup. What its values mean: `validateStorageLocation`. */
export function parseBackupStorageLocation(input: unknown): BackupStorageLocation {
  return readManifest(givenLocation, input) as BackupStorageLocation
}

/** Reads a Schedule manifest, as `parseBackup` reads a Backup. What its values mean: `validateSchedule`. */
export function parseSchedule(input: unknown): Schedule {
  return readManifest(givenSchedule, input) as Schedule
}

/** Reads a DeleteBackupRequest manifest, as `parseBackup` reads a Backup. */
export function parseDeleteBackupRequest(input: unknown): DeleteBackupRequest {
  return readManifest(givenDeleteRequest, input) as DeleteBackupRequest
}

/**
 * Reads the content of `velero-backup.json`, written by Velero of any version or by Lateen, in any phase. As in Velero,
 * keys are case-sensitive and unknown fields are dropped. Throws InvalidRecordError.
 */
export function readBackupRecord(json: string): Backup {
  return readRecord(storedBackup, json) as Backup
}

/** Reads the content of `velero-restore.json`, as `readBackupRecord` reads a backup's. */
export function readRestoreRecord(json: string): Restore {
  return readRecord(storedRestore, json) as Restore
}

/** Reads a Schedule as it lies in a bucket, as `readBackupRecord` reads a backup's record. */
export function readScheduleRecord(json: string): Schedule {
  return readRecord(storedSchedule, json) as Schedule
}
