import type { BackupStorageLocation } from '../../velero/types.ts'
import type { TableLayout } from './object-table.ts'
import { goTime } from './times.ts'

const UNKNOWN = 'Unknown'

/** Velero 1.18's columns, in its order; rows are shown in the order that they come in. */
export const locationTable: TableLayout<BackupStorageLocation> = {
  columns: [
    { title: 'NAME', cell: ({ metadata }) => metadata.name },
    { title: 'PROVIDER', cell: ({ spec }) => spec.provider },
    {
      title: 'BUCKET/PREFIX',
      cell: ({ spec: { objectStorage } }) => [objectStorage.bucket, objectStorage.prefix].filter(Boolean).join('/'),
    },
    { title: 'PHASE', cell: ({ status }) => status?.phase ?? UNKNOWN },
    {
      title: 'LAST VALIDATED',
      cell({ status }, clock) {
        const { lastValidationTime } = status ?? {}
        return lastValidationTime === undefined ? UNKNOWN : goTime(lastValidationTime, clock)
      },
    },
    { title: 'ACCESS MODE', cell: ({ spec }) => spec.accessMode ?? 'ReadWrite' },
    { title: 'DEFAULT', cell: ({ spec }) => (spec.default ? 'true' : '') },
  ],
  metadata: ({ metadata }) => metadata,
}
