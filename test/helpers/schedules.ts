import { BACKUPS } from '../../lib/bucket/record-kinds.ts'
import { writeRecord } from '../../lib/bucket/records.ts'
import { claimName, writeOutcome } from '../../lib/bucket/runs.ts'
import { readSchedule, writeSchedule } from '../../lib/bucket/schedules.ts'
import type { LocationSettings } from '../../lib/config/types.ts'
import type { ObjectStore } from '../../lib/store/types.ts'
import { withCreation } from '../../lib/velero/schedule-runs.ts'
import { timestamp } from '../../lib/velero/timestamps.ts'
import type { Backup, ObjectMeta } from '../../lib/velero/types.ts'
import type { Schedule, ScheduleSpec } from '../../lib/velero/types-schedule.ts'

export const LOCATION: LocationSettings = {
  name: 'default',
  spec: { provider: 'file', objectStorage: { bucket: '/in-memory' } },
}
export const PLACE = { location: LOCATION }

export function scheduleOf(
  name: string,
  schedule: string,
  spec: Partial<ScheduleSpec> = {},
  metadata: Partial<ObjectMeta> = {},
): Schedule {
  return {
    kind: 'Schedule',
    apiVersion: 'velero.io/v1',
    metadata: { name, ...metadata },
    spec: { template: {}, schedule, ...spec },
  }
}

/** Puts a schedule into a store as it was made at a time. */
export async function putSchedule(store: ObjectStore, schedule: Schedule, made: Date): Promise<void> {
  await writeSchedule(store, withCreation(schedule, made), { ifNoneMatch: '*' })
}

export async function storedSchedule(store: ObjectStore, name: string): Promise<Schedule> {
  const stored = await readSchedule(store, name)
  if (stored === undefined) throw new Error(`there is no schedule ${name}`)
  return stored.schedule
}

/** As a run leaves it that has begun. */
export async function begin(store: ObjectStore, backup: Backup, now: Date): Promise<void> {
  await claimName(store, BACKUPS, backup, backup.metadata.uid as string, now)
}

/** As a run leaves it that has ended. */
export async function finish(store: ObjectStore, backup: Backup, now: Date): Promise<void> {
  const { name, uid = '' } = backup.metadata
  const record: Backup = { ...backup, status: { phase: 'Completed', completionTimestamp: timestamp(now) } }
  await writeRecord(store, BACKUPS, record)
  await writeOutcome(store, { uid, name, ended: now.toISOString(), record, errors: [], warnings: [] })
}
