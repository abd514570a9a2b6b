import { PERIODS, type Period, type RetentionPolicy } from '../velero/retention-policy.ts'
import type { BackupFacts } from './retention.ts'

/**
 * The names that a policy keeps, with each rule that does. Only backups that hold something count, Completed or
 * PartiallyFailed; of a period its newest that is Completed stands for it, else its newest. Periods are those of UTC, weeks
 * begin on Monday. A run that failed after the newest of them stays, for its log. Keeping is stable: applied to what
 * it left, the policy lets nothing more go.
 */
export function keptByPolicy(
  newestFirst: readonly BackupFacts[],
  { last, periods, minGood }: RetentionPolicy,
): Map<string, string[]> {
  const kept = new Map<string, string[]>()
  const keep = (backups: readonly BackupFacts[], reason: string) => {
    for (const { name } of backups) kept.set(name, [...(kept.get(name) ?? []), reason])
  }
  const useful = newestFirst.filter(({ phase }) => phase === 'Completed' || phase === 'PartiallyFailed')
  keep(useful.slice(0, last), `keep-last=${last}`)
  for (const period of PERIODS) {
    const count = periods[period] ?? 0
    keep(representatives(useful, period).slice(0, count), `keep-${period}=${count}`)
  }
  keep(useful.filter(isGood).slice(0, minGood), `min-good=${minGood}`)
  const failed = useful[0] === undefined ? newestFirst : newestFirst.slice(0, newestFirst.indexOf(useful[0]))
  keep(failed, 'no later run has ended well')
  return kept
}

const isGood = ({ phase }: BackupFacts) => phase === 'Completed'

/** One backup of each period that has any, the newest period first. */
function representatives(useful: readonly BackupFacts[], period: Period): BackupFacts[] {
  const byPeriod = Map.groupBy(useful, ({ started }) => PERIOD_OF[period](started.toISOString(), started))
  return [...byPeriod.values()].map(group => group.find(isGood) ?? (group[0] as BackupFacts))
}

const DAY_MS = 86_400_000
/** 1 January 1970 was a Thursday. */
const MONDAY_OFFSET = 3

const PERIOD_OF: Record<Period, (iso: string, date: Date) => string> = {
  hourly: iso => iso.slice(0, 13),
  daily: iso => iso.slice(0, 10),
  weekly: (_, date) => String(Math.floor((date.getTime() / DAY_MS + MONDAY_OFFSET) / 7)),
  monthly: iso => iso.slice(0, 7),
  yearly: iso => iso.slice(0, 4),
}
