import { parseCron } from './cron.ts'
import { InvalidInputError } from './errors.ts'
import type { Schedule } from './types-schedule.ts'

const HOUR_MS = 3_600_000

/** A good backup may come so much later than it is due: a quarter of the time between two runs, but from one hour to one day. In ms. */
function allowance(periodMs: number): number {
  return Math.min(Math.max(periodMs / 4, HOUR_MS), 24 * HOUR_MS)
}

/**
 * Since when a schedule has owed a good backup, where that is longer than it may: the first of its times after the last good one began,
 * or after the schedule was made or skipped a run. It does not matter whether its runs failed or never came. `undefined` where all is
 * well, and for one that is paused or can't be understood: that owes nothing.
 */
export function owedSince(schedule: Schedule, lastGood: Date | undefined, now: Date): Date | undefined {
  const { metadata, spec, status = {} } = schedule
  if (spec.paused) return undefined
  const known = [metadata.creationTimestamp, status.lastSkipped].flatMap(time => (time ? [Date.parse(time)] : []))
  const since = Math.max(...known, lastGood?.getTime() ?? 0)
  // Nobody knows since when it has been there.
  if (since === 0) return undefined
  try {
    const cron = parseCron(spec.schedule)
    const due = cron.next(new Date(since))
    const following = due && cron.next(due)
    if (due === undefined) return undefined
    const may = allowance(following === undefined ? HOUR_MS : following.getTime() - due.getTime())
    return now.getTime() - due.getTime() > may ? due : undefined
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error
    return undefined
  }
}
