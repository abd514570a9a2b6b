import { goJsonIndented } from './go-json.ts'
import { backupSpec, backupStatus, objectMeta } from './serialise-backup.ts'
import { type Fields, present, type Rule, struct } from './serialise-fields.ts'
import { locationSpec, locationStatus } from './serialise-location.ts'
import type { Backup, BackupStorageLocation } from './types.ts'

const object = (spec: Fields, status: Fields): Rule =>
  struct({
    kind: present,
    apiVersion: present,
    metadata: struct(objectMeta),
    spec: struct(spec),
    status: struct(status),
  })

const KINDS: Record<(Backup | BackupStorageLocation)['kind'], Rule> = {
  Backup: object(backupSpec, backupStatus),
  BackupStorageLocation: object(locationSpec, locationStatus),
}

/**
 * An object as Velero 1.18 writes it to a bucket (`velero-backup.json`), byte for byte: fields in the order of its
 * structs, two spaces, no newline at the end, durations and times in their canonical form. Throws InvalidInputError for
 * a duration that is none.
 */
export function serialiseRecord(record: Backup | BackupStorageLocation): string {
  return goJsonIndented(KINDS[record.kind](record as never))
}
