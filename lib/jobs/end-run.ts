import { runCheckpointKey } from '../bucket/layout.ts'
import { Lease } from '../bucket/lease.ts'
import { BACKUPS, RESTORES, type Recorded, type RecordKind } from '../bucket/record-kinds.ts'
import { type NameClaim, readOutcome } from '../bucket/runs.ts'
import type { Sizes } from '../bucket/sizes.ts'
import type { LocationSettings } from '../config/types.ts'
import { ObjectNotFoundError, type ObjectStore } from '../store/types.ts'
import { ELSEWHERE_ANNOTATION } from '../velero/annotations.ts'
import { defaultBackup } from '../velero/defaults.ts'
import { timestamp } from '../velero/timestamps.ts'
import type { Backup } from '../velero/types.ts'
import type { Restore } from '../velero/types-restore.ts'
import { type BackupCheckpoint, Checkpoints } from './checkpoint.ts'
import { type GivingUp, giveUpBackup, keptAccount } from './give-up-backup.ts'
import { giveUpRestore } from './give-up-restore.ts'
import { giveUpLease } from './heartbeat.ts'
import type { RestoreCheckpoint } from './restore-run.ts'

/** Where a run is ended that nobody works on, and by whom. */
export interface Ending {
  store: ObjectStore
  location: LocationSettings
  now: () => Date
  sizes: Sizes
  /** The holder of the lease that is taken for it. */
  owner: string
}

/** Why it is ended. `kept`: its log and results go on with what it had put aside; else that may be what it died of. */
export interface Reason {
  text: string
  kept: boolean
}

/** What differs between the kinds, whose run is ended by the holder of its lease. */
export interface EndableKind<T extends Recorded> {
  kind: RecordKind<T>
  end(claim: NameClaim<T>, reason: Reason, parts: GivingUp, ending: Ending): Promise<unknown>
}

/**
 * Ends a run that nobody works on as Failed, under its lease. Answers false where its holder has finished since we looked:
 * then its files are not ours to discard. Throws LeaseHeldError where somebody works on it.
 */
export async function endRun<T extends Recorded>(
  { kind, end }: EndableKind<T>,
  claim: NameClaim<T>,
  reason: Reason,
  ending: Ending,
): Promise<boolean> {
  const { store, now, owner, sizes } = ending
  const lease = await Lease.acquire(store, claim.uid, owner, now)
  try {
    const [outcome, record] = await Promise.all([
      readOutcome(store, claim.uid),
      store.head(kind.recordKey(claim.request.metadata.name)),
    ])
    if (outcome !== undefined || record !== undefined) return false
    const parts = { store, lease, started: new Date(claim.claimed), now, sizes }
    try {
      await end(claim, reason, parts, ending)
    } catch (error) {
      // What its checkpoint names is gone: an end without its log is better than none.
      if (!(error instanceof ObjectNotFoundError)) throw error
      await store.delete([runCheckpointKey(claim.uid)])
      await end(claim, reason, parts, ending)
    }
    return true
  } finally {
    await giveUpLease(lease)
  }
}

export const ENDABLE_BACKUPS: EndableKind<Backup> = { kind: BACKUPS, end: endBackup }
export const ENDABLE_RESTORES: EndableKind<Restore> = { kind: RESTORES, end: endRestore }

async function endBackup(
  { request, uid, claimed }: NameClaim<Backup>,
  { text, kept }: Reason,
  parts: GivingUp,
  { location: { name, retention } }: Ending,
): Promise<void> {
  const checkpoint = await new Checkpoints<BackupCheckpoint>(parts.store, uid).read()
  const begun = checkpoint?.backup ?? defaultBackup(request, { location: name, now: new Date(claimed), retention })
  const backup = { ...begun, metadata: { ...begun.metadata, uid } }
  await giveUpBackup(backup, text, parts, kept ? await keptAccount(backup, parts) : undefined)
}

/** What a restore has done stands in the cluster: its lists are kept in any case. */
async function endRestore(claim: NameClaim<Restore>, { text }: Reason, parts: GivingUp): Promise<void> {
  const checkpoint = await new Checkpoints<RestoreCheckpoint>(parts.store, claim.uid).read()
  await giveUpRestore(checkpoint?.restore ?? decided(claim), text, parts)
}

/** As far as the claim knows: which backup, and where that is. */
function decided({ request, uid, claimed, backup, elsewhere }: NameClaim<Restore>): Restore {
  const annotations = { ...request.metadata.annotations, ...(elsewhere && { [ELSEWHERE_ANNOTATION]: elsewhere }) }
  return {
    ...request,
    metadata: {
      creationTimestamp: timestamp(new Date(claimed)),
      ...request.metadata,
      ...(Object.keys(annotations).length > 0 && { annotations }),
      uid,
    },
    spec: { ...request.spec, ...(backup && { backupName: backup }) },
  }
}
