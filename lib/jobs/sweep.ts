import { cancelReason, readCancellation } from '../bucket/cancellation.ts'
import { readIntent } from '../bucket/deletions.ts'
import { readDocument } from '../bucket/documents.ts'
import { runLeaseKey } from '../bucket/layout.ts'
import type { LeaseDocument } from '../bucket/lease.ts'
import { nameKey, type Recorded } from '../bucket/record-kinds.ts'
import { type NameClaim, readOutcome } from '../bucket/runs.ts'
import { CLUSTER_ANNOTATION } from '../velero/annotations.ts'
import { messageOf } from '../velero/errors.ts'
import { LAST_TAKEOVER } from './desk.ts'
import { ENDABLE_BACKUPS, ENDABLE_RESTORES, type EndableKind, type Ending, endRun } from './end-run.ts'
import { inTurn } from './found-runs.ts'
import { AT_ONCE } from './read.ts'

/** A run that nobody works on, and what is done about it. */
export interface DeadRun {
  kind: 'backup' | 'restore'
  name: string
  uid: string
  /** `found`: it can be gone on with by whoever sends its request again. */
  what: 'found' | 'queued' | 'ended'
  /** Of one that was ended. */
  reason?: string
}

export interface SweepOptions extends Ending {
  /** Nothing is sent and nothing ended. */
  dryRun: boolean
  /** Sends a request to the queue that it came from; absent where there is none. */
  send?: (request: Recorded) => Promise<unknown>
}

/** After so long without an end, nobody waits for a run any more. In ms. */
const GIVE_UP_MS = 24 * 3_600_000

/** How long a lease must have ended before its run counts as dead: its continuation may be on its way. In ms. */
const GRACE_MS = 120_000

export interface Swept {
  runs: DeadRun[]
  problems: string[]
}

/**
 * Of names without a record: runs whose lease has ended are queued again; those that began a day ago, were taken over three
 * times in vain, or were cancelled, get a Failed record with the reason. Safe to repeat, and to do by several at once: a run that is queued
 * twice is done once. One that can't be looked after is a problem, and delays no other.
 */
export async function sweepRuns(
  names: Record<'backup' | 'restore', readonly string[]>,
  options: SweepOptions,
): Promise<Swept> {
  const problems: string[] = []
  const [backups, restores] = await Promise.all([
    sweepKind(ENDABLE_BACKUPS, names.backup, options, problems),
    sweepKind(ENDABLE_RESTORES, names.restore, options, problems),
  ])
  return { runs: [...backups, ...restores], problems }
}

async function sweepKind<T extends Recorded>(
  endable: EndableKind<T>,
  names: readonly string[],
  options: SweepOptions,
  problems: string[],
): Promise<DeadRun[]> {
  const found = await inTurn(names, AT_ONCE, name =>
    sweepRun(endable, name, options).catch(error => {
      problems.push(`${endable.kind.word} ${name}: ${messageOf(error)}`)
      return undefined
    }),
  )
  return found.filter(run => run !== undefined)
}

async function sweepRun<T extends Recorded>(
  endable: EndableKind<T>,
  name: string,
  options: SweepOptions,
): Promise<DeadRun | undefined> {
  const { store, now, dryRun, send } = options
  const { kind } = endable
  const claim = (await readDocument<NameClaim<T>>(store, nameKey(kind, name)))?.value
  if (claim === undefined) return undefined
  const [outcome, intent, lease] = await Promise.all([
    readOutcome(store, claim.uid),
    readIntent(store, kind, name),
    readDocument<LeaseDocument>(store, runLeaseKey(claim.uid)),
  ])
  const idleSince = new Date(lease?.value.expires ?? claim.claimed).getTime()
  // A request that was refused because its name is being deleted has not begun.
  if (intent !== undefined) return undefined
  if (outcome !== undefined || now().getTime() - idleSince < GRACE_MS) return undefined
  const run = { kind: kind.word, name, uid: claim.uid }
  const cancelled = await readCancellation(store, claim.uid)
  const reason = cancelled === undefined ? hopeless(claim, lease?.value, now()) : cancelReason(cancelled)
  if (reason === undefined) {
    // Which cluster a command meant that names none, nobody but its sender knows.
    const addressed = claim.request.metadata.annotations?.[CLUSTER_ANNOTATION] !== undefined
    if (dryRun || send === undefined || !addressed) return { ...run, what: 'found' }
    await send({ ...claim.request, metadata: { ...claim.request.metadata, uid: claim.uid } })
    return { ...run, what: 'queued' }
  }
  const why = { text: reason, kept: cancelled !== undefined }
  if (!dryRun && !(await endRun(endable, claim, why, options))) return undefined
  return { ...run, what: 'ended', reason }
}

function hopeless({ claimed }: NameClaim<Recorded>, lease: LeaseDocument | undefined, now: Date): string | undefined {
  if (now.getTime() - new Date(claimed).getTime() >= GIVE_UP_MS)
    return `the run had not ended 24 hours after it began, and nobody works on it`
  const takeovers = lease?.takeovers ?? 0
  return takeovers >= LAST_TAKEOVER
    ? `the run was taken over ${takeovers} times without making progress, and nobody works on it`
    : undefined
}
