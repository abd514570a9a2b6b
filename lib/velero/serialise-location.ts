import { durationPointer, type Fields, filled, map, present, structPointer, time } from './serialise-fields.ts'
import type { BackupStorageLocation, BackupStorageLocationSpec } from './types.ts'

// The fields of Velero 1.18's BackupStorageLocation in the order of its structs.

const secretKey = { name: filled, key: present }

export const locationSpec = {
  provider: present,
  config: map,
  credential: structPointer(secretKey),
  objectStorage: structPointer({
    bucket: present,
    prefix: filled,
    caCert: filled,
    caCertRef: structPointer(secretKey),
  } satisfies Record<keyof BackupStorageLocationSpec['objectStorage'], unknown>),
  default: filled,
  accessMode: filled,
  backupSyncPeriod: durationPointer,
  validationFrequency: durationPointer,
} satisfies Record<keyof BackupStorageLocationSpec, unknown> & Fields

export const locationStatus = {
  phase: filled,
  lastSyncedTime: time,
  lastValidationTime: time,
  message: filled,
  lastSyncedRevision: filled,
  accessMode: filled,
} satisfies Record<keyof NonNullable<BackupStorageLocation['status']>, unknown> & Fields
