import type { RestoreView } from '../../jobs/types.ts'
import { CLUSTER_ANNOTATION } from '../../velero/annotations.ts'
import { formatSelector } from '../../velero/selector.ts'
import { clusterColumn } from './cluster-column.ts'
import type { Column, TableLayout } from './object-table.ts'
import { type Clock, elapsed, goTime } from './times.ts'

/** A cell that a restore without a record can't fill. */
const UNKNOWN = '<unknown>'

/** A cell made of one value; where it is absent it is `<unknown>`, or what Velero shows of a restore that has a record. */
function cellOf<Value>(
  title: string,
  value: (restore: RestoreView['restore']) => Value | undefined,
  show: (value: Value | undefined, clock: Clock) => string,
): Column<RestoreView> {
  return {
    title,
    cell({ restore, unrecorded }, clock) {
      const found = value(restore)
      return unrecorded && found === undefined ? UNKNOWN : show(found, clock)
    },
  }
}

const text = (value: string | undefined) => value ?? ''
const count = (value: number | undefined) => String(value ?? 0)

/** Velero 1.18's columns, in its order; rows are shown in the order that they come in. */
export const restoreTable: TableLayout<RestoreView> = {
  columns: [
    cellOf('NAME', ({ metadata }) => metadata.name, text),
    cellOf('BACKUP', ({ spec }) => spec.backupName, text),
    cellOf(
      'STATUS',
      ({ status }) => status?.phase,
      phase => phase || 'New',
    ),
    cellOf('STARTED', ({ status }) => status?.startTimestamp, goTime),
    cellOf('COMPLETED', ({ status }) => status?.completionTimestamp, goTime),
    cellOf('ERRORS', ({ status }) => status?.errors, count),
    cellOf('WARNINGS', ({ status }) => status?.warnings, count),
    cellOf('CREATED', ({ metadata }) => metadata.creationTimestamp, goTime),
    cellOf('SELECTOR', ({ spec }) => spec.labelSelector, formatSelector),
  ],
  metadata: ({ restore }) => restore.metadata,
  ours: [clusterColumn],
  wide: [
    { title: 'ITEMS', cell: ({ restore }) => String(restore.status?.progress?.itemsRestored ?? '') },
    { title: 'DURATION', cell: ({ restore }) => elapsed(restore.status) },
    { title: 'INTO', cell: ({ restore }) => restore.metadata.annotations?.[CLUSTER_ANNOTATION] ?? '' },
  ],
}
