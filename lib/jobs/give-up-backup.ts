import { Account } from '../backup/account.ts'
import { writeAccount } from '../backup/finish.ts'
import type { Lease } from '../bucket/lease.ts'
import { BACKUPS, folderOf } from '../bucket/record-kinds.ts'
import { writeRecord } from '../bucket/records.ts'
import { SegmentStore } from '../bucket/segments.ts'
import type { Sizes } from '../bucket/sizes.ts'
import type { ObjectStore } from '../store/types.ts'
import { timestamp } from '../velero/timestamps.ts'
import type { Backup } from '../velero/types.ts'
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

/** Ends a run by the holder of its lease: what it has written is discarded, and a record says Failed, and why. */
export async function giveUpBackup(
  backup: Backup,
  failureReason: string,
  { store, lease, started, now, sizes }: GivingUp,
): Promise<Omit<Answer<Backup>, 'how'>> {
  const failed = ended(backup, 'Failed', now(), {
    startTimestamp: timestamp(started),
    failureReason,
    errors: 1,
    hookStatus: {},
  })
  const findings = { errors: [failureReason], warnings: [] }
  await lease.renew()
  const { name, namespace } = backup.metadata
  await discard(store, folderOf(BACKUPS, name))
  const segments = new SegmentStore(store, lease.uid, lease.epoch, sizes)
  const account = new Account({ backup: `${namespace}/${name}`, segments, now })
  account.report({ level: 'error', message: 'Backup failed', error: failureReason })
  await writeAccount(store, name, account)
  await lease.assure()
  await writeRecord(store, BACKUPS, failed)
  await closeRun(store, failed, findings, true, now())
  return { record: failed, ...findings }
}
