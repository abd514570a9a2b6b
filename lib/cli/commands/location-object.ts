import type { ConfiguredLocation } from '../../config/config.ts'
import type { BackupStorageLocation } from '../../velero/types.ts'

/** A location as Velero has it. A credentials file has no place there, for Velero's are in a Secret. */
export function locationObject({ name, labels, spec }: ConfiguredLocation, namespace: string): BackupStorageLocation {
  return {
    kind: 'BackupStorageLocation',
    apiVersion: 'velero.io/v1',
    metadata: { name, namespace, ...(labels && { labels }) },
    spec,
  }
}
