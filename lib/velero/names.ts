import { createHash } from 'node:crypto'
import { subdomainProblems } from './kubernetes-names.ts'
import { localTime, type Zone } from './zones.ts'

const LONGEST_LABEL = 63
const HASH_DIGITS = 6

/**
 * A name as the value of a label. Over 63 bytes it is cut to 57, followed by the first 6 hex digits of the whole name's
 * SHA-256: Velero finds its objects by the very same value.
 */
export function shortenLabelValue(value: string): string {
  const bytes = Buffer.from(value)
  if (bytes.length <= LONGEST_LABEL) return value
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, HASH_DIGITS)
  return bytes.subarray(0, LONGEST_LABEL - HASH_DIGITS).toString() + hash
}

/** What is wrong with the name of a Backup, Restore, Schedule or location, in Kubernetes' words; undefined if nothing is. */
export function validateName(name: string): string | undefined {
  const problems = subdomainProblems(name)
  return problems.length === 0 ? undefined : problems.join(', ')
}

/** The name of a backup from a schedule: `daily-20261122030000`, in UTC. */
export function timestampedName(prefix: string, date: Date): string {
  return `${prefix}-${date.toISOString().slice(0, 19).replace(/\D/g, '')}`
}

/** The same in local time: the name of a restore that was given none. */
export function localTimestampedName(prefix: string, date: Date, zone: Zone): string {
  return `${prefix}-${localTime(date, zone).replace(/\D/g, '')}`
}
