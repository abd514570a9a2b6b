import type { BackupView } from '../../jobs/types.ts'
import { CLUSTER_ANNOTATION } from '../../velero/annotations.ts'
import { durationMs } from '../../velero/duration.ts'
import { formatSelector } from '../../velero/selector.ts'
import type { Backup } from '../../velero/types.ts'
import { clusterColumn } from './cluster-column.ts'
import type { Column, TableLayout } from './object-table.ts'
import { formatBytes } from './sizes.ts'
import { elapsed, goTime, timeFromNow } from './times.ts'

/** Velero 1.18's columns, in its order. */
const columns: readonly Column<BackupView>[] = [
  { title: 'NAME', cell: ({ backup }) => backup.metadata.name },
  {
    title: 'STATUS',
    cell: ({ backup }) => (backup.metadata.deletionTimestamp ? 'Deleting' : backup.status?.phase || 'New'),
  },
  { title: 'ERRORS', cell: ({ backup }) => String(backup.status?.errors ?? 0) },
  { title: 'WARNINGS', cell: ({ backup }) => String(backup.status?.warnings ?? 0) },
  { title: 'CREATED', cell: ({ backup }, clock) => goTime(backup.status?.startTimestamp, clock) },
  { title: 'EXPIRES', cell: ({ backup }, clock) => timeFromNow(expiration(backup), clock.now) },
  { title: 'STORAGE LOCATION', cell: ({ backup }) => backup.spec.storageLocation ?? '' },
  { title: 'QUEUE POSITION', cell: ({ backup }) => String(backup.status?.queuePosition || '') },
  { title: 'SELECTOR', cell: ({ backup }) => formatSelector(backup.spec.labelSelector) },
]

/** Velero's rows in Velero's order. Ours comes last, and only where it has something to say. */
export const backupTable: TableLayout<BackupView> = {
  columns,
  metadata: ({ backup }) => backup.metadata,
  order: byPrefixAndTimestamp,
  ours: [clusterColumn, { title: 'NOTE', cell: view => view.note ?? '' }],
  wide: [
    { title: 'ITEMS', cell: ({ backup }) => String(backup.status?.progress?.itemsBackedUp ?? '') },
    { title: 'DURATION', cell: ({ backup }) => elapsed(backup.status) },
    { title: 'ARCHIVE', cell: ({ archiveBytes }) => (archiveBytes === undefined ? '' : formatBytes(archiveBytes)) },
    { title: 'FROM', cell: ({ backup }) => backup.metadata.annotations?.[CLUSTER_ANNOTATION] ?? '' },
  ],
}

function expiration({ metadata, spec, status }: Backup): Date | undefined {
  if (status?.expiration) return new Date(status.expiration)
  const ttl = spec.ttl ? durationMs(spec.ttl) : 0
  return ttl > 0 && metadata.creationTimestamp ? new Date(Date.parse(metadata.creationTimestamp) + ttl) : undefined
}

const timestamped = /^(.*)-(\d{14})$/s

/** By name, but backups of one schedule (`NAME-YYYYMMDDhhmmss`) newest first. */
function byPrefixAndTimestamp(a: BackupView, b: BackupView): number {
  const [left, right] = [a.backup.metadata.name, b.backup.metadata.name]
  const [, prefix, one = ''] = timestamped.exec(left) ?? []
  const [, otherPrefix, other = ''] = timestamped.exec(right) ?? []
  if (prefix !== undefined && prefix === otherPrefix) return compare(other, one)
  return compare(left, right)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
