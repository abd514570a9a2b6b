import { backupSpec } from './serialise-backup.ts'
import { type Fields, filled, list, present, struct, time } from './serialise-fields.ts'
import type { ScheduleSpec, ScheduleStatus } from './types-schedule.ts'

// The fields of Velero 1.18's Schedule in the order of its structs (pkg/apis/velero/v1).

export const scheduleSpec = {
  template: struct(backupSpec),
  schedule: present,
  useOwnerReferencesInBackup: present,
  paused: filled,
  skipImmediately: present,
} satisfies Record<keyof ScheduleSpec, unknown> & Fields

export const scheduleStatus = {
  phase: filled,
  lastBackup: time,
  lastSkipped: time,
  validationErrors: list,
} satisfies Record<keyof ScheduleStatus, unknown> & Fields
