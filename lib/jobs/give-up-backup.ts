import { Account, type AccountState } from '../backup/account.ts'
import { writeAccount } from '../backup/finish.ts'
import { runCheckpointKey } from '../bucket/layout.ts'
import type { Lease } from '../bucket/lease.ts'
import { BACKUPS, folderOf } from '../bucket/record-kinds.ts'
import { writeRecord } from '../bucket/records.ts'
import { SegmentStore } from '../bucket/segments.ts'
import type { Sizes } from '../bucket/sizes.ts'
import type { ObjectStore } from '../store/types.ts'
import { timestamp } from '../velero/timestamps.ts'
import type { Backup } from '../velero/types.ts'
import { type BackupCheckpoint, Checkpoints } from './checkpoint.ts'
import { type Answer, closeRun } from './desk.ts'
import { discard } from './leftovers.ts'
import { ended } from './status.ts'

/** What a run that is given up is closed with. */
export interface GivingUp {
  store: ObjectStore
  lease: Lease
  started: Date
  now: () => Date
  sizes: Sizes
}

/**
 * Ends a run by the holder of its lease: what it has written is discarded, and a record says Failed, and why. `known`: what is
 * known of it, for the log and the results.
 */
export async function giveUpBackup(
  backup: Backup,
  failureReason: string,
  { store, lease, started, now, sizes }: GivingUp,
  known?: Account,
): Promise<Omit<Answer<Backup>, 'how'>> {
  await lease.renew()
  const { name } = backup.metadata
  // It names an upload that goes now: whoever comes after a death of ours must not go on from it.
  if (known === undefined) await store.delete([runCheckpointKey(lease.uid)])
  const account = known ?? accountOf(backup, { lease, now, sizes, store })
  await discard(store, folderOf(BACKUPS, name))
  const { errors, warnings } = account.firstFindings
  const findings = { errors: [failureReason, ...errors], warnings: [...warnings] }
  account.report({ level: 'error', message: 'Backup failed', error: failureReason })
  const failed = ended(backup, 'Failed', now(), {
    startTimestamp: backup.status?.startTimestamp ?? timestamp(started),
    failureReason,
    errors: account.counts.errors,
    ...(account.counts.warnings > 0 && { warnings: account.counts.warnings }),
    hookStatus: {},
  })
  await writeAccount(store, name, account)
  await lease.assure()
  await writeRecord(store, BACKUPS, failed)
  await closeRun(store, failed, findings, true, now())
  return { record: failed, ...findings }
}

/** What the run's last checkpoint knows of it. */
export async function keptAccount(backup: Backup, parts: Omit<GivingUp, 'started'>): Promise<Account> {
  const checkpoint = await new Checkpoints<BackupCheckpoint>(parts.store, parts.lease.uid).read()
  return accountOf(backup, parts, checkpoint?.account)
}

function accountOf(
  { metadata: { name, namespace } }: Backup,
  { store, lease, now, sizes }: Omit<GivingUp, 'started'>,
  from?: AccountState,
): Account {
  const segments = new SegmentStore(store, lease.uid, lease.epoch, sizes)
  return new Account({ backup: `${namespace}/${name}`, segments, now, ...(from && { from }) })
}
