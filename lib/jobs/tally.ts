import { noRequests, type RequestCounts } from '../cluster/request-counts.ts'
import { timestamp } from '../velero/timestamps.ts'
import type { Timestamp } from '../velero/types.ts'

/** What one invocation does for a run, counted as it goes. Whoever gives one to a job can read it also where the job failed. */
export interface Tally {
  /** When this invocation took the run up. */
  begun?: Date
  /** Of archive, compressed: written by a backup, asked for by a restore. */
  archiveBytes: number
  /** To the API server. */
  requests: RequestCounts
}

export function newTally(): Tally {
  return { archiveBytes: 0, requests: noRequests() }
}

/** How long a run has taken over all its invocations, in ms; to the second where it began in an earlier one. */
export function durationOf({ startTimestamp }: { startTimestamp?: Timestamp }, { begun }: Tally, now: Date): number {
  if (startTimestamp === undefined) return 0
  const isOurs = begun !== undefined && timestamp(begun) === startTimestamp
  return Math.max(0, now.getTime() - (isOurs ? begun.getTime() : Date.parse(startTimestamp)))
}
