import { UNSENT_ANNOTATION } from './annotations.ts'
import { timestamp } from './timestamps.ts'
import type { Schedule, ScheduleStatus } from './types-schedule.ts'
import { uidOf } from './uid.ts'

// The steps of a schedule from one run to the next, each as the Schedule that it leaves. A run is claimed before it is sent, so
// that it is sent once; until it is known to be sent, the claim stands in an annotation: `DUE CLAIMED`.

/** With what a schedule gets where it is first written; what it has already stays. */
export function withCreation(schedule: Schedule, now: Date): Schedule {
  const { metadata } = schedule
  const { name, namespace = 'velero', creationTimestamp = timestamp(now) } = metadata
  const { uid = uidOf(`${namespace}/${name} ${creationTimestamp}`) } = metadata
  return { ...schedule, metadata: { ...metadata, namespace, uid, creationTimestamp } }
}

/** A run that was claimed, and when. */
export interface UnsentRun {
  due: Date
  claimed: Date
}

/** `undefined` where all that was claimed has been sent. */
export function unsentRun({ metadata }: Schedule): UnsentRun | undefined {
  const [due = '', claimed = ''] = metadata.annotations?.[UNSENT_ANNOTATION]?.split(' ') ?? []
  const run = { due: new Date(due), claimed: new Date(claimed) }
  return Number.isNaN(run.due.getTime()) || Number.isNaN(run.claimed.getTime()) ? undefined : run
}

export function withClaimed(schedule: Schedule, due: Date, now: Date): Schedule {
  const { lastBackup } = schedule.status ?? {}
  const later = lastBackup !== undefined && new Date(lastBackup) > due
  const claimed = withStatus(schedule, later ? {} : { lastBackup: timestamp(due) })
  return withUnsent(claimed, `${timestamp(due)} ${now.toISOString()}`)
}

/** `undefined` where another run than `sent` is claimed, or none. */
export function withoutClaimed(schedule: Schedule, sent: Schedule): Schedule | undefined {
  const standing = schedule.metadata.annotations?.[UNSENT_ANNOTATION]
  return standing !== undefined && standing === sent.metadata.annotations?.[UNSENT_ANNOTATION]
    ? withUnsent(schedule, undefined)
    : undefined
}

/** The run that is due now is left out. */
export function withSkipped(schedule: Schedule, now: Date): Schedule {
  const spec = { ...schedule.spec, skipImmediately: false }
  return withStatus({ ...schedule, spec }, { lastSkipped: timestamp(now) })
}

export function withProblems(schedule: Schedule, problems: string[]): Schedule {
  const { validationErrors: _, ...status } = schedule.status ?? {}
  return {
    ...schedule,
    status:
      problems.length === 0
        ? { ...status, phase: 'Enabled' }
        : { ...status, phase: 'FailedValidation', validationErrors: problems },
  }
}

/** A time further ahead than this was written by a clock that was wrong, and would stop the schedule until then. In ms. */
const AHEAD_MS = 5 * 60_000

/**
 * Without times that lie in the future: runs are counted from now on. A last run in the future is forgotten, for a run of
 * that time is still to come.
 */
export function withoutFuture(schedule: Schedule, now: Date): Schedule {
  const isAhead = (time: string | undefined) =>
    time !== undefined && new Date(time).getTime() - now.getTime() > AHEAD_MS
  const { metadata, status = {} } = schedule
  const { lastBackup, ...others } = status
  const forgets = isAhead(lastBackup)
  const skips = forgets || isAhead(status.lastSkipped)
  const isToBeMade = isAhead(metadata.creationTimestamp)
  if (!skips && !isToBeMade) return schedule
  return {
    ...schedule,
    metadata: { ...metadata, ...(isToBeMade && { creationTimestamp: timestamp(now) }) },
    status: { ...(forgets ? others : status), ...(skips && { lastSkipped: timestamp(now) }) },
  }
}

function withStatus(schedule: Schedule, change: ScheduleStatus): Schedule {
  return { ...schedule, status: { ...schedule.status, ...change } }
}

function withUnsent(schedule: Schedule, value: string | undefined): Schedule {
  const { [UNSENT_ANNOTATION]: _, ...others } = schedule.metadata.annotations ?? {}
  const annotations = value === undefined ? others : { ...others, [UNSENT_ANNOTATION]: value }
  return { ...schedule, metadata: { ...schedule.metadata, annotations } }
}
