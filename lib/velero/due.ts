import { parseCron } from './cron.ts'
import { messageOf } from './errors.ts'
import type { Schedule } from './types-schedule.ts'

/** What a schedule asks for at some time. */
export interface Due {
  /** The time for which a run is due: the last of all that were missed, for they are made up by one. */
  run?: Date
  /** When the next run after that comes, if the schedule is not paused. */
  next?: Date
  /** Since when a run has been due, if it is late. */
  late?: Date
}

/** A run that began no later than so many ms after its time is not late: timers tick each minute, and may be slow. */
const GRACE_MS = 5 * 60_000

/**
 * Velero's rule (schedule controller): a run is due once the first time after the last run has come; before the first run, after
 * the schedule was made, or after a run that was left out. Nothing is due while a schedule is paused. A last run in the
 * future comes from a clock that was wrong, and counts as one of now. Throws InvalidInputError as parseCron does.
 */
export function dueAt(schedule: Schedule, now: Date): Due {
  if (schedule.spec.paused) return {}
  const cron = parseCron(schedule.spec.schedule)
  const since = lastRun(schedule, now)
  const first = cron.next(since)
  if (first === undefined) return {}
  if (first > now) return { next: first }
  const run = cron.latest(since, now) ?? first
  const next = cron.next(run)
  return {
    run,
    ...(next !== undefined && { next }),
    // One that is to be left out is not missed by anybody.
    ...(!schedule.spec.skipImmediately && now.getTime() - first.getTime() > GRACE_MS && { late: first }),
  }
}

/** Since when the next run is counted, in whole seconds. */
function lastRun({ metadata, status = {} }: Schedule, now: Date): Date {
  const times = [status.lastBackup ?? metadata.creationTimestamp, status.lastSkipped]
    .filter(time => time !== undefined)
    .map(time => Date.parse(time))
  const latest = times.length === 0 ? now.getTime() : Math.max(...times)
  return new Date(Math.min(latest, now.getTime()))
}

/** The first `count` times after `time`, fewer where there are no more. Throws InvalidInputError. */
export function nextRuns(expression: string, time: Date, count: number): Date[] {
  const cron = parseCron(expression)
  const runs: Date[] = []
  for (let at = cron.next(time); at !== undefined && runs.length < count; at = cron.next(at)) runs.push(at)
  return runs
}

/** What is wrong with a schedule's times, in Velero's words; undefined where nothing is. */
export function cronProblem(expression: string, now: Date): string | undefined {
  if (expression.trim() === '') return 'Schedule must be a non-empty valid Cron expression'
  try {
    return parseCron(expression).next(now) === undefined
      ? `invalid schedule: ${JSON.stringify(expression)} names a day that never comes`
      : undefined
  } catch (error) {
    return `invalid schedule: ${messageOf(error)}`
  }
}
