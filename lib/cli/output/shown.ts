import type { BackupView, RestoreView } from '../../jobs/types.ts'
import { backupTable } from './backup-table.ts'
import type { Shown } from './print.ts'
import { restoreTable } from './restore-table.ts'

export const shownBackup: Shown<BackupView> = { kind: 'Backup', object: ({ backup }) => backup, table: backupTable }

export const shownRestore: Shown<RestoreView> = {
  kind: 'Restore',
  object: ({ restore }) => restore,
  table: restoreTable,
}
