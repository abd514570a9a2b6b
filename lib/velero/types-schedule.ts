import type { BackupSpec, ObjectMeta, Timestamp } from './types.ts'

// Velero 1.18's Schedule and DeleteBackupRequest, field for field; what is ours is marked.

export interface ScheduleSpec {
  template: BackupSpec
  /** Cron, `@every 1h`, each with `CRON_TZ=Area/City ` before it or not. */
  schedule: string
  useOwnerReferencesInBackup?: boolean
  paused?: boolean
  /** The run that is due now is left out, once. */
  skipImmediately?: boolean
}

export type SchedulePhase = 'New' | 'Enabled' | 'FailedValidation'

export interface ScheduleStatus {
  phase?: SchedulePhase
  /** The time for which the last run was due. (Velero's: when it began.) */
  lastBackup?: Timestamp
  lastSkipped?: Timestamp
  validationErrors?: string[]
}

export interface Schedule {
  kind: 'Schedule'
  apiVersion: 'velero.io/v1'
  metadata: ObjectMeta
  spec: ScheduleSpec
  status?: ScheduleStatus
}

export type DeleteBackupRequestPhase = 'New' | 'InProgress' | 'Processed'

export interface DeleteBackupRequest {
  kind: 'DeleteBackupRequest'
  apiVersion: 'velero.io/v1'
  metadata: ObjectMeta
  spec: { backupName: string }
  status?: { phase?: DeleteBackupRequestPhase; errors?: string[] }
}
