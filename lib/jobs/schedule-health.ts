import type { BackupFacts } from '../gc/retention.ts'
import { owedSince } from '../velero/lateness.ts'
import type { Timestamp } from '../velero/types.ts'
import type { Schedule } from '../velero/types-schedule.ts'

/** How a location's schedule is doing. */
export interface ScheduleHealth {
  schedule: string
  /** Of its newest backup. */
  cluster?: string
  /** When its newest Completed backup began, and how long ago that is. */
  lastGood?: Timestamp
  ageSeconds?: number
  /** Whether a good backup is overdue; absent where the schedule is not in the bucket, and its times are not known. */
  late?: boolean
  /** When the one that is overdue was due. */
  due?: Timestamp
}

/** A schedule that is not in the bucket, as a timer's own, is one as long as it has made a backup lately. In ms. */
const LATELY_MS = 8 * 86_400_000

/** All schedules of a location that are at work: not those that are paused, nor those that are gone. By name. */
export function scheduleHealth(
  facts: readonly BackupFacts[],
  schedules: readonly Schedule[],
  now: Date,
): ScheduleHealth[] {
  const newest = newestOf(facts)
  const good = newestOf(facts.filter(({ phase }) => phase === 'Completed'))
  const known = new Map(schedules.map(schedule => [schedule.metadata.name, schedule]))
  const names = new Set([...newest.keys(), ...known.keys()])
  return [...names].sort().flatMap(name => {
    const schedule = known.get(name)
    const last = newest.get(name)
    const lately = last !== undefined && now.getTime() - last.started.getTime() < LATELY_MS
    if (schedule === undefined ? !lately : schedule.spec.paused) return []
    const lastGood = good.get(name)?.started
    const due = schedule && owedSince(schedule, lastGood, now)
    return [
      {
        schedule: name,
        ...(last?.cluster !== undefined && { cluster: last.cluster }),
        ...(lastGood && { lastGood: lastGood.toISOString(), ageSeconds: age(lastGood, now) }),
        ...(schedule && { late: due !== undefined }),
        ...(due && { due: due.toISOString() }),
      },
    ]
  })
}

function newestOf(facts: readonly BackupFacts[]): Map<string, BackupFacts> {
  const newest = new Map<string, BackupFacts>()
  for (const each of facts) {
    if (each.schedule === undefined) continue
    const before = newest.get(each.schedule)
    if (before === undefined || each.started > before.started) newest.set(each.schedule, each)
  }
  return newest
}

const age = (time: Date, now: Date) => Math.max(0, Math.round((now.getTime() - time.getTime()) / 1000))
