import type { Recorded } from '../bucket/record-kinds.ts'
import { timestamp } from '../velero/timestamps.ts'
import type { Backup, BackupPhase, BackupStatus } from '../velero/types.ts'

/** The backup as it ended, with a terminal phase. */
export function ended(backup: Backup, phase: BackupPhase, now: Date, more: BackupStatus): Backup {
  return { ...backup, status: { ...backup.status, ...more, phase, completionTimestamp: timestamp(now) } }
}

/** An unfinished run that is gone on with keeps the uid and time of its first request. */
export function identified<T extends Recorded>(prepared: T, claimed: T, now: Date): T {
  const { uid, creationTimestamp = timestamp(now) } = claimed.metadata
  return { ...prepared, metadata: { ...prepared.metadata, ...(uid && { uid }), creationTimestamp } }
}
