import { goJsonIndented } from './go-json.ts'
import { backupSpec, backupStatus, objectMeta } from './serialise-backup.ts'
import { type Fields, present, type Rule, struct } from './serialise-fields.ts'
import { locationSpec, locationStatus } from './serialise-location.ts'
import { restoreSpec, restoreStatus } from './serialise-restore.ts'
import { scheduleSpec, scheduleStatus } from './serialise-schedule.ts'
import type { Backup, BackupStorageLocation } from './types.ts'
import type { Restore } from './types-restore.ts'
import type { Schedule } from './types-schedule.ts'

export type VeleroObject = Backup | Restore | Schedule | BackupStorageLocation

const object = (spec: Fields, status: Fields): Rule =>
  struct({
    kind: present,
    apiVersion: present,
    metadata: struct(objectMeta),
    spec: struct(spec),
    status: struct(status),
  })

const KINDS: Record<VeleroObject['kind'], Rule> = {
  Backup: object(backupSpec, backupStatus),
  Restore: object(restoreSpec, restoreStatus),
  Schedule: object(scheduleSpec, scheduleStatus),
  BackupStorageLocation: object(locationSpec, locationStatus),
}

/**
 * An object as Velero 1.18 writes it to a bucket (`velero-backup.json`), or would if it wrote that kind, byte for byte:
 * fields in the order of its structs, two spaces, no newline at the end, durations and times in their canonical form.
 * Throws InvalidInputError for a duration that is none.
 */
export function serialiseRecord(record: VeleroObject): string {
  return goJsonIndented(KINDS[record.kind](record as never))
}
