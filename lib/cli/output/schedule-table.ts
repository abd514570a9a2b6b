import type { ScheduleView } from '../../jobs/types.ts'
import { formatSelector } from '../../velero/selector.ts'
import { clusterColumn } from './cluster-column.ts'
import type { TableLayout } from './object-table.ts'
import { goDuration, goTime, shortHumanDuration, timeFromNow } from './times.ts'

/** Velero 1.18's columns, in its order, then when the next run comes and for how long it has been late. */
export const scheduleTable: TableLayout<ScheduleView> = {
  columns: [
    { title: 'NAME', cell: ({ schedule }) => schedule.metadata.name },
    { title: 'STATUS', cell: ({ schedule }) => schedule.status?.phase || 'New' },
    { title: 'CREATED', cell: ({ schedule }, clock) => goTime(schedule.metadata.creationTimestamp, clock) },
    { title: 'SCHEDULE', cell: ({ schedule }) => schedule.spec.schedule },
    { title: 'BACKUP TTL', cell: ({ schedule }) => goDuration(schedule.spec.template.ttl) },
    {
      title: 'LAST BACKUP',
      cell({ schedule }, { now }) {
        const { lastBackup } = schedule.status ?? {}
        return timeFromNow(lastBackup === undefined ? undefined : new Date(lastBackup), now)
      },
    },
    { title: 'SELECTOR', cell: ({ schedule }) => formatSelector(schedule.spec.template.labelSelector) },
    { title: 'PAUSED', cell: ({ schedule }) => String(schedule.spec.paused ?? false) },
  ],
  metadata: ({ schedule }) => schedule.metadata,
  ours: [
    clusterColumn,
    { title: 'NEXT RUN', cell: ({ next }, { now }) => (next === undefined ? '' : timeFromNow(next, now)) },
    {
      title: 'LATE',
      cell: ({ late }, { now }) => (late === undefined ? '' : shortHumanDuration(now.getTime() - late.getTime())),
    },
  ],
}
