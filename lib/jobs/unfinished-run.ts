import { readDocument } from '../bucket/documents.ts'
import { runLeaseKey } from '../bucket/layout.ts'
import type { LeaseDocument } from '../bucket/lease.ts'
import { BACKUPS, nameKey } from '../bucket/record-kinds.ts'
import { type NameClaim, readOutcome } from '../bucket/runs.ts'
import type { ObjectStore } from '../store/types.ts'
import { timestampedName } from '../velero/names.ts'
import { unsentRun } from '../velero/schedule-runs.ts'
import { SCHEDULE_LABEL, scheduledBackup } from '../velero/scheduled-backup.ts'
import type { Backup } from '../velero/types.ts'
import type { Schedule } from '../velero/types-schedule.ts'
import { inTurn } from './found-runs.ts'
import { AT_ONCE } from './read.ts'

/** A run of a schedule that may be at work. */
interface Run {
  name: string
  uid?: string
  /** When it was due, if it was sent by itself. */
  due?: Date
}

/** So long a queue tries to have a message taken: 8 times, 90 minutes apart. What nobody has begun by then is lost, or waits behind others and holds up no further run. In ms. */
const QUEUE_MS = 12 * 3_600_000

/** A run that has shown no sign of life for so long holds nothing up, whether or not it was ended by then. In ms. */
const DEAD_MS = 24 * 3_600_000

/**
 * The name of the schedule's backup that is at work, or that was claimed and has not begun. Looked at are the last run and those
 * started by hand since, under names with their time: as long as an earlier one is at work, no run begins. That takes one
 * list of such names, and few reads. A message or a run that is lost counts for a while only.
 */
export async function unfinishedRun(store: ObjectStore, schedule: Schedule, now: Date): Promise<string | undefined> {
  const { name, creationTimestamp } = schedule.metadata
  const unsent = unsentRun(schedule)
  if (unsent !== undefined) return timestampedName(name, unsent.due)
  const last = schedule.status?.lastBackup
  const due = new Date(last ?? creationTimestamp ?? now)
  const runs: Run[] = await startedByHand(store, name, due, now)
  if (last !== undefined) {
    const { metadata } = scheduledBackup(schedule, due, store.url)
    runs.unshift({ name: metadata.name, due, ...(metadata.uid && { uid: metadata.uid }) })
  }
  const atWork = await inTurn(runs, AT_ONCE, run => isAtWork(store, name, run, now))
  return runs.find((_, i) => atWork[i])?.name
}

/** Names are sorted by time, and a prefix that both ends of it share is all that has to be listed. */
async function startedByHand(store: ObjectStore, schedule: string, since: Date, now: Date): Promise<Run[]> {
  const [first, end] = [timestampedName(schedule, since), timestampedName(schedule, now)]
  const shared = [...first].findIndex((character, i) => character !== end[i])
  const prefix = BACKUPS.namesPrefix + (shared === -1 ? first : first.slice(0, shared))
  const runs: Run[] = []
  for await (const { objects } of store.list(prefix))
    for (const { key } of objects) {
      const name = key.slice(BACKUPS.namesPrefix.length, -'.json'.length)
      if (name > first && /^-\d{14}$/.test(name.slice(schedule.length))) runs.push({ name })
    }
  return runs
}

async function isAtWork(store: ObjectStore, schedule: string, { name, uid, due }: Run, now: Date): Promise<boolean> {
  const [claim, record] = await Promise.all([
    readDocument<NameClaim<Backup>>(store, nameKey(BACKUPS, name)),
    store.head(BACKUPS.recordKey(name)),
  ])
  const claimed = claim?.value
  const known = claimed?.uid ?? uid
  if (record !== undefined || known === undefined) return false
  if (claimed !== undefined && claimed.request.metadata.labels?.[SCHEDULE_LABEL] !== schedule) return false
  const [outcome, lease] = await Promise.all([
    readOutcome(store, known),
    readDocument<LeaseDocument>(store, runLeaseKey(known)),
  ])
  if (outcome !== undefined) return false
  if (claimed === undefined) return due !== undefined && now.getTime() - due.getTime() < QUEUE_MS
  return now.getTime() - new Date(lease?.value.expires ?? claimed.claimed).getTime() < DEAD_MS
}
