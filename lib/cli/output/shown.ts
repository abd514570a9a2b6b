import type { BackupView, RestoreView, ScheduleView } from '../../jobs/types.ts'
import type { BackupStorageLocation } from '../../velero/types.ts'
import { backupTable } from './backup-table.ts'
import { locationTable } from './location-table.ts'
import type { Shown } from './print.ts'
import { restoreTable } from './restore-table.ts'
import { scheduleTable } from './schedule-table.ts'

export const shownBackup: Shown<BackupView> = { kind: 'Backup', object: ({ backup }) => backup, table: backupTable }

export const shownRestore: Shown<RestoreView> = {
  kind: 'Restore',
  object: ({ restore }) => restore,
  table: restoreTable,
}

export const shownSchedule: Shown<ScheduleView> = {
  kind: 'Schedule',
  object: ({ schedule }) => schedule,
  table: scheduleTable,
}

export const shownLocation: Shown<BackupStorageLocation> = {
  kind: 'BackupStorageLocation',
  object: location => location,
  table: locationTable,
}
