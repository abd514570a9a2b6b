import type { RetentionPolicy } from '../velero/retention-policy.ts'
import type { BackupPhase } from '../velero/types.ts'
import { keptByPolicy } from './policy.ts'

/** What decides about a backup. */
export interface BackupFacts {
  name: string
  uid?: string
  phase: BackupPhase | undefined
  /** The schedule that made it, by Velero's label. */
  schedule?: string
  /** The cluster that it is of, where the record tells. */
  cluster?: string
  /** When it started; of a record without, when it was created. */
  started: Date
  expiration?: Date
  /** The policy under which it was made, as text. */
  retention?: string
}

export interface RetentionRules {
  /** The policy for the backups of a schedule, or for those of none. */
  policyOf(schedule: string | undefined): RetentionPolicy | undefined
  /** Unfinished restores, by the backup that they read. */
  restoring: ReadonlyMap<string, string>
  /** Why nothing may be deleted in this location, if so. */
  locked?: string
  now: Date
}

export interface Decision {
  name: string
  keep: boolean
  /** At least one, for people. */
  reasons: string[]
}

/** Phases that nothing follows. */
const ENDED: readonly unknown[] = ['Completed', 'PartiallyFailed', 'Failed', 'FailedValidation', 'Deleting']

/**
 * What becomes of each backup, in the order given, and why. Pure. Velero's rule: one whose expiration has come goes, whatever
 * its phase and origin; one without stays. Where a policy stands, it decides about all whose expiration has come or that have
 * none; nothing else may shorten a time to live. And whatever says that a backup goes: one that a restore reads stays, and so does
 * the last good one of a schedule of which every later run went wrong.
 */
export function decide(backups: readonly BackupFacts[], rules: RetentionRules): Decision[] {
  const groups = Map.groupBy(backups, ({ schedule }) => schedule)
  const keeping = new Map<string, string[]>()
  for (const [schedule, group] of groups) {
    const newestFirst = group.toSorted((a, b) => b.started.getTime() - a.started.getTime() || compare(b.name, a.name))
    const policy = rules.policyOf(schedule)
    const kept = policy === undefined ? new Map<string, string[]>() : keptByPolicy(newestFirst, policy)
    for (const [name, reasons] of kept) keeping.set(name, reasons)
    const last = schedule === undefined ? undefined : lastGood(newestFirst)
    if (last !== undefined && !kept.has(last.name))
      keeping.set(last.name, [`it is the last good backup of the schedule ${schedule}, whose later runs went wrong`])
  }
  return backups.map(backup => {
    const { name } = backup
    const stays = staysAnyway(backup, rules) ?? keeping.get(name)
    if (stays !== undefined) return { name, keep: true, reasons: stays }
    return { name, keep: false, reasons: [why(backup, rules)] }
  })
}

function staysAnyway(backup: BackupFacts, rules: RetentionRules): string[] | undefined {
  const { name, phase, expiration, schedule } = backup
  if (rules.locked !== undefined) return [rules.locked]
  const restore = rules.restoring.get(name)
  if (restore !== undefined) return [`the restore ${restore} reads it`]
  if (expiration !== undefined && expiration > rules.now) return [`it expires at ${expiration.toISOString()}`]
  const policy = rules.policyOf(schedule)
  if (expiration === undefined && policy === undefined) return ['it has no expiration']
  if (policy !== undefined && !ENDED.includes(phase)) return [`it is ${phase ?? 'New'}`]
  return undefined
}

function why({ expiration, schedule }: BackupFacts, { policyOf }: RetentionRules): string {
  if (policyOf(schedule) === undefined) return `it expired at ${expiration?.toISOString()}`
  return `no rule of the policy ${schedule === undefined ? 'of the location' : `for the schedule ${schedule}`} keeps it`
}

/** Undefined where the newest run is good itself. */
function lastGood(newestFirst: readonly BackupFacts[]): BackupFacts | undefined {
  const ended = newestFirst.filter(({ phase }) => ENDED.includes(phase))
  return ended[0]?.phase === 'Completed' ? undefined : ended.find(({ phase }) => phase === 'Completed')
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
