import type { BackupView } from '../../jobs/types.ts'
import { durationMs } from '../../velero/duration.ts'
import { formatSelector } from '../../velero/selector.ts'
import type { Backup } from '../../velero/types.ts'
import { formatTable } from './table.ts'
import { type Clock, goTime, timeFromNow } from './times.ts'

export interface TableOptions {
  labelColumns?: readonly string[]
  showLabels?: boolean
}

interface Column {
  title: string
  cell(view: BackupView, clock: Clock): string
}

/** Velero 1.18's columns, in its order. */
const columns: readonly Column[] = [
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

const note: Column = { title: 'NOTE', cell: view => view.note ?? '' }

/** The table of `backup get`, rows in Velero's order. Ours comes last, and only where it has something to say. */
export function backupTable(views: readonly BackupView[], options: TableOptions, clock: Clock): string {
  const all = [
    ...columns,
    ...(options.labelColumns ?? []).map(labelColumn),
    ...(options.showLabels ? [labels] : []),
    ...(views.some(view => view.note) ? [note] : []),
  ]
  const rows = views.toSorted(byPrefixAndTimestamp).map(view => all.map(column => column.cell(view, clock)))
  return formatTable(
    all.map(column => column.title),
    rows,
  )
}

function labelColumn(key: string): Column {
  return {
    title: key.slice(key.lastIndexOf('/') + 1).toUpperCase(),
    cell: ({ backup }) => backup.metadata.labels?.[key] ?? '',
  }
}

const labels: Column = {
  title: 'LABELS',
  cell({ backup }) {
    const entries = Object.entries(backup.metadata.labels ?? {}).map(([key, value]) => `${key}=${value}`)
    return entries.sort().join(',') || '<none>'
  },
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
