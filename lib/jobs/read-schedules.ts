import { readSchedule, scheduleNames } from '../bucket/schedules.ts'
import type { Settings } from '../config/types.ts'
import { openStore } from '../store/open.ts'
import type { ObjectStore } from '../store/types.ts'
import { type Due, dueAt } from '../velero/due.ts'
import { InvalidInputError, type LateenError } from '../velero/errors.ts'
import { timestampedName } from '../velero/names.ts'
import { backupOfSchedule } from '../velero/scheduled-backup.ts'
import type { Backup } from '../velero/types.ts'
import type { Schedule } from '../velero/types-schedule.ts'
import type { OpenStore } from './dropped.ts'
import { ScheduleNotFoundError } from './errors.ts'
import { inTurn, withStore } from './found-runs.ts'
import { AT_ONCE, tellDamaged } from './read.ts'
import type { ScheduleView } from './types.ts'
import { unfinishedRun } from './unfinished-run.ts'

type Place = Pick<Settings, 'location'>

/** Throws ScheduleNotFoundError, or InvalidRecordError where it can't be read. */
export function getSchedule(
  { location }: Place,
  name: string,
  { now }: { now: Date },
  open: OpenStore = openStore,
): Promise<ScheduleView> {
  return withStore(location, async store => viewOf(store, await scheduleOf(store, name), now), open)
}

/** Every schedule of the location, by name. One that can't be read hides no other: it is left out, and `onDamaged` is told. */
export function listSchedules(
  { location }: Place,
  onDamaged: (error: LateenError) => void,
  { now }: { now: Date },
  open: OpenStore = openStore,
): Promise<ScheduleView[]> {
  const read = async (store: ObjectStore, name: string): Promise<ScheduleView | undefined> => {
    try {
      const stored = await readSchedule(store, name)
      return stored && (await viewOf(store, stored.schedule, now))
    } catch (error) {
      return tellDamaged(error, onDamaged)
    }
  }
  return withStore(
    location,
    async store => {
      const views: ScheduleView[] = []
      for await (const names of scheduleNames(store)) {
        const page = await inTurn(names, AT_ONCE, name => read(store, name))
        views.push(...page.filter(view => view !== undefined))
      }
      return views
    },
    open,
  )
}

/**
 * The backup that a schedule asks for, at any time and also while it is paused; under the name that a run of this time has,
 * unless another is given. Throws ScheduleNotFoundError.
 */
export async function backupFromSchedule(
  { location }: Place,
  name: string,
  { now, uid, backupName }: { now: Date; uid: string; backupName?: string },
  open: OpenStore = openStore,
): Promise<Backup> {
  const schedule = await withStore(location, store => scheduleOf(store, name), open)
  return backupOfSchedule(schedule, backupName ?? timestampedName(name, now), uid)
}

async function scheduleOf(store: ObjectStore, name: string): Promise<Schedule> {
  const stored = await readSchedule(store, name)
  if (stored === undefined) throw new ScheduleNotFoundError(name)
  return stored.schedule
}

async function viewOf(store: ObjectStore, schedule: Schedule, now: Date): Promise<ScheduleView> {
  const { next, late } = timesOf(schedule, now)
  const unfinished = await unfinishedRun(store, schedule, now)
  return { schedule, ...(next && { next }), ...(late && { late }), ...(unfinished !== undefined && { unfinished }) }
}

/** None of one whose times can't be understood. */
function timesOf(schedule: Schedule, now: Date): Due {
  try {
    return dueAt(schedule, now)
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error
    return {}
  }
}
