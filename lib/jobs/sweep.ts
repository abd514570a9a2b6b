import { readIntent } from '../bucket/deletions.ts'
import { readDocument } from '../bucket/documents.ts'
import { runLeaseKey } from '../bucket/layout.ts'
import { Lease, type LeaseDocument } from '../bucket/lease.ts'
import { BACKUPS, nameKey, RESTORES, type Recorded, type RecordKind } from '../bucket/record-kinds.ts'
import { type NameClaim, readOutcome } from '../bucket/runs.ts'
import type { Sizes } from '../bucket/sizes.ts'
import type { LocationSettings } from '../config/types.ts'
import type { ObjectStore } from '../store/types.ts'
import { CLUSTER_ANNOTATION } from '../velero/annotations.ts'
import { defaultBackup } from '../velero/defaults.ts'
import { messageOf } from '../velero/errors.ts'
import type { Backup } from '../velero/types.ts'
import type { Restore } from '../velero/types-restore.ts'
import { type BackupCheckpoint, Checkpoints } from './checkpoint.ts'
import { LAST_TAKEOVER } from './desk.ts'
import { inTurn } from './found-runs.ts'
import { type GivingUp, giveUpBackup } from './give-up-backup.ts'
import { giveUpRestore } from './give-up-restore.ts'
import { giveUpLease } from './heartbeat.ts'
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

export interface SweepOptions {
  store: ObjectStore
  location: LocationSettings
  now: () => Date
  sizes: Sizes
  /** The holder of leases that are taken to end runs. */
  owner: string
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
 * Of names without a record: runs whose lease has ended are queued again; those that began a day ago, or were taken over three
 * times in vain, get a Failed record with the reason. Safe to repeat, and to do by several at once: a run that is queued
 * twice is done once. One that can't be looked after is a problem, and delays no other.
 */
export async function sweepRuns(
  names: Record<'backup' | 'restore', readonly string[]>,
  options: SweepOptions,
): Promise<Swept> {
  const problems: string[] = []
  const [backups, restores] = await Promise.all([
    sweepKind(BACKUPS, names.backup, options, endBackup, problems),
    sweepKind(RESTORES, names.restore, options, endRestore, problems),
  ])
  return { runs: [...backups, ...restores], problems }
}

type End<T extends Recorded> = (
  claim: NameClaim<T>,
  reason: string,
  parts: GivingUp,
  options: SweepOptions,
) => Promise<unknown>

async function sweepKind<T extends Recorded>(
  kind: RecordKind<T>,
  names: readonly string[],
  options: SweepOptions,
  end: End<T>,
  problems: string[],
): Promise<DeadRun[]> {
  const found = await inTurn(names, AT_ONCE, name =>
    sweepRun(kind, name, options, end).catch(error => {
      problems.push(`${kind.word} ${name}: ${messageOf(error)}`)
      return undefined
    }),
  )
  return found.filter(run => run !== undefined)
}

async function sweepRun<T extends Recorded>(
  kind: RecordKind<T>,
  name: string,
  options: SweepOptions,
  end: End<T>,
): Promise<DeadRun | undefined> {
  const { store, now, dryRun, send } = options
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
  const reason = hopeless(claim, lease?.value, now())
  if (reason === undefined) {
    // Which cluster a command meant that names none, nobody but its sender knows.
    const addressed = claim.request.metadata.annotations?.[CLUSTER_ANNOTATION] !== undefined
    if (dryRun || send === undefined || !addressed) return { ...run, what: 'found' }
    await send({ ...claim.request, metadata: { ...claim.request.metadata, uid: claim.uid } })
    return { ...run, what: 'queued' }
  }
  if (!dryRun && !(await endRun(kind, claim, reason, options, end))) return undefined
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

/** Answers false where its holder has finished since we looked: then its files are not ours to discard. */
async function endRun<T extends Recorded>(
  kind: RecordKind<T>,
  claim: NameClaim<T>,
  reason: string,
  options: SweepOptions,
  end: End<T>,
): Promise<boolean> {
  const { store, now, owner, sizes } = options
  const lease = await Lease.acquire(store, claim.uid, owner, now)
  try {
    const [outcome, record] = await Promise.all([
      readOutcome(store, claim.uid),
      store.head(kind.recordKey(claim.request.metadata.name)),
    ])
    if (outcome !== undefined || record !== undefined) return false
    await end(claim, reason, { store, lease, started: new Date(claim.claimed), now, sizes }, options)
    return true
  } finally {
    await giveUpLease(lease)
  }
}

async function endBackup(
  { request, uid, claimed }: NameClaim<Backup>,
  reason: string,
  parts: GivingUp,
  { location, store }: SweepOptions,
): Promise<void> {
  const checkpoint = await new Checkpoints<BackupCheckpoint>(store, uid).read()
  const begun =
    checkpoint?.backup ??
    defaultBackup(request, { location: location.name, now: new Date(claimed), retention: location.retention })
  await giveUpBackup({ ...begun, metadata: { ...begun.metadata, uid } }, reason, parts)
}

async function endRestore({ request, uid }: NameClaim<Restore>, reason: string, parts: GivingUp): Promise<void> {
  await giveUpRestore({ ...request, metadata: { ...request.metadata, uid } }, reason, parts)
}
