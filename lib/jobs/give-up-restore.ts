import { folderOf, RESTORES } from '../bucket/record-kinds.ts'
import { writeRecord } from '../bucket/records.ts'
import { SegmentStore } from '../bucket/segments.ts'
import { type Counts, RestoreAccount } from '../restore/account.ts'
import { writeRestoreFiles } from '../restore/files.ts'
import { timestamp } from '../velero/timestamps.ts'
import type { Restore, RestorePhase, RestoreStatus } from '../velero/types-restore.ts'
import { Checkpoints } from './checkpoint.ts'
import { type Answer, closeRun } from './desk.ts'
import type { GivingUp } from './give-up-backup.ts'
import { discard } from './leftovers.ts'
import type { RestoreCheckpoint } from './restore-run.ts'

/** As giveUpBackup. What was restored until then stays, and stands in the lists: of `known`, else of the last checkpoint. */
export async function giveUpRestore(
  restore: Restore,
  failureReason: string,
  { store, lease, started, now, sizes }: GivingUp,
  known?: RestoreAccount,
): Promise<Omit<Answer<Restore>, 'how'>> {
  await lease.renew()
  const { name, namespace } = restore.metadata
  await discard(store, folderOf(RESTORES, name))
  const checkpoint = await new Checkpoints<RestoreCheckpoint>(store, lease.uid).read()
  const account =
    known ??
    new RestoreAccount({
      restore: `${namespace}/${name}`,
      segments: new SegmentStore(store, lease.uid, lease.epoch, sizes),
      now,
      ...(checkpoint && { from: checkpoint.account }),
    })
  account.close()
  account.report({ level: 'error', message: failureReason })
  await writeRestoreFiles(store, name, account, sizes.part)
  const status = { startTimestamp: timestamp(started), ...checkpoint?.restore.status, failureReason }
  const failed = endedRestore({ ...restore, status }, 'Failed', account.counts, now())
  await lease.assure()
  await writeRecord(store, RESTORES, failed)
  await closeRun(store, failed, account.firstFindings, true, now())
  return { record: failed, ...account.firstFindings }
}

/** The restore as it ended, with a terminal phase. */
export function endedRestore(
  restore: Restore,
  phase: RestorePhase,
  { items, errors, warnings }: Counts,
  now: Date,
): Restore {
  const status: RestoreStatus = {
    ...restore.status,
    ...(warnings > 0 && { warnings }),
    ...(errors > 0 && { errors }),
    progress: { totalItems: items, itemsRestored: items },
    hookStatus: {},
    phase,
    completionTimestamp: timestamp(now),
  }
  return { ...restore, status }
}
