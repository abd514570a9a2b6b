import type { BackupFacts } from '../gc/retention.ts'
import { RETENTION_ANNOTATION } from '../velero/annotations.ts'
import { LateenError } from '../velero/errors.ts'
import { parseRetention, type RetentionPolicy } from '../velero/retention-policy.ts'
import type { Schedule } from '../velero/types-schedule.ts'

type PolicyOf = (schedule: string | undefined) => RetentionPolicy | undefined

export interface KnownSchedules {
  known: Schedule[]
  /** Names of those that can't be read. */
  damaged: Set<string>
}

/**
 * Which policy decides about a schedule's backups: the schedule's own; of a schedule that is gone, the one under which its newest
 * backup was made; else the location's. A policy that can't be read lets nothing go: `onProblem` is told, and all it is
 * about stays, as do all backups of a schedule that can't be read.
 */
export function policies(
  backups: readonly BackupFacts[],
  { known, damaged }: KnownSchedules,
  ofLocation: string | undefined,
  onProblem: (message: string) => void,
): PolicyOf {
  const texts = new Map<string, string | undefined>()
  for (const { schedule, retention } of backups.toSorted((a, b) => a.started.getTime() - b.started.getTime()))
    if (schedule !== undefined && retention !== undefined) texts.set(schedule, retention)
  for (const { metadata } of known) texts.set(metadata.name, metadata.annotations?.[RETENTION_ANNOTATION])
  const parsed = new Map<string, RetentionPolicy>()
  return schedule => {
    if (schedule !== undefined && damaged.has(schedule)) return EVERYTHING
    const text = (schedule === undefined ? undefined : texts.get(schedule)) ?? ofLocation
    if (text === undefined) return undefined
    let policy = parsed.get(text)
    if (policy === undefined) {
      policy = read(text, schedule, onProblem)
      parsed.set(text, policy)
    }
    return policy
  }
}

const EVERYTHING: RetentionPolicy = { last: Number.POSITIVE_INFINITY, periods: {}, minGood: Number.POSITIVE_INFINITY }

function read(text: string, schedule: string | undefined, onProblem: (message: string) => void): RetentionPolicy {
  try {
    return parseRetention(text)
  } catch (error) {
    if (!(error instanceof LateenError)) throw error
    const of = schedule === undefined ? 'the location' : `the schedule ${schedule}`
    onProblem(`the policy of ${of} can't be read, and all its backups stay: ${error.message}`)
    return EVERYTHING
  }
}
