import { changeSchedule, deleteSchedule as removeSchedule, writeSchedule } from '../bucket/schedules.ts'
import type { Settings } from '../config/types.ts'
import { openStore } from '../store/open.ts'
import { PreconditionFailedError } from '../store/types.ts'
import { isFromConfig } from '../velero/configured-schedule.ts'
import { withCreation, withProblems } from '../velero/schedule-runs.ts'
import type { Schedule } from '../velero/types-schedule.ts'
import { validateSchedule } from '../velero/validate-schedule.ts'
import type { OpenStore } from './dropped.ts'
import { ScheduleExistsError, ScheduleFromConfigError, ScheduleNotFoundError, ScheduleRefusedError } from './errors.ts'
import { withStore } from './found-runs.ts'
import { placeProblems, refuseForeignFolders, refuseReadOnly } from './refuse.ts'

type Place = Pick<Settings, 'location'>

/** What keeps a schedule from being run in a location; none if it may run. */
export function scheduleProblems(schedule: Schedule, { location }: Place, now: Date): string[] {
  return [...validateSchedule(schedule, now), ...placeProblems(schedule.spec.template, location)]
}

/**
 * Puts a schedule into the location; its first run comes at its first time from now. Answers it as it stands there. Throws
 * ScheduleRefusedError, ScheduleExistsError, LocationNotWritableError and the store's errors.
 */
export async function createSchedule(
  settings: Place,
  schedule: Schedule,
  { now }: { now: Date },
  open: OpenStore = openStore,
): Promise<Schedule> {
  const { location } = settings
  const { name } = schedule.metadata
  refuseReadOnly(location, 'schedule', 'created')
  const problems = scheduleProblems(schedule, settings, now)
  if (problems.length > 0) throw new ScheduleRefusedError(problems)
  const create = (made: Schedule) =>
    withStore(
      location,
      async store => {
        await refuseForeignFolders(store, location.name)
        return writeSchedule(store, made, { ifNoneMatch: '*' })
      },
      open,
    )
  try {
    return (await create(withProblems(withCreation(schedule, now), []))).schedule
  } catch (error) {
    throw error instanceof PreconditionFailedError ? new ScheduleExistsError(name) : error
  }
}

/**
 * Pauses a schedule or lets it go on; as in Velero, `skipImmediately` replaces what the schedule says, also where it is absent.
 * `already`: there was nothing to change. Throws ScheduleNotFoundError, ScheduleFromConfigError, LocationNotWritableError.
 */
export async function pauseSchedule(
  { location }: Place,
  name: string,
  { paused, skipImmediately }: { paused: boolean; skipImmediately?: boolean },
  open: OpenStore = openStore,
): Promise<'changed' | 'already'> {
  refuseReadOnly(location, 'schedule', 'changed')
  let answer: 'changed' | 'already' = 'already'
  const change = (schedule: Schedule): Schedule | undefined => {
    answer = (schedule.spec.paused ?? false) === paused ? 'already' : 'changed'
    if (answer === 'already') return undefined
    if (isFromConfig(schedule)) throw new ScheduleFromConfigError(name)
    const { skipImmediately: _, ...spec } = schedule.spec
    return { ...schedule, spec: { ...spec, paused, ...(skipImmediately !== undefined && { skipImmediately }) } }
  }
  const stored = await withStore(location, store => changeSchedule(store, name, change), open)
  if (stored === undefined) throw new ScheduleNotFoundError(name)
  return answer
}

/**
 * The backups that it made stay. One that lateen.yaml still describes is made anew by the next tick. Throws
 * ScheduleNotFoundError, LocationNotWritableError.
 */
export async function deleteSchedule({ location }: Place, name: string, open: OpenStore = openStore): Promise<void> {
  refuseReadOnly(location, 'schedule', 'deleted')
  if (!(await withStore(location, store => removeSchedule(store, name), open))) throw new ScheduleNotFoundError(name)
}
