import type { ConfiguredLocation } from '../../config/config.ts'
import { didYouMean } from '../../config/did-you-mean.ts'
import { ConfigError } from '../../config/errors.ts'
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

export function locationNotFound(name: string, known: readonly { name: string }[]): ConfigError {
  const names = known.map(location => location.name)
  return new ConfigError(
    `backupstoragelocations.velero.io ${JSON.stringify(name)} not found${didYouMean(name, names)}`,
    {
      next: 'List the locations with `lateen backup-location get`.',
    },
  )
}
