import { timestamp } from '../velero/timestamps.ts'
import type { Backup, BackupPhase, BackupStatus } from '../velero/types.ts'

/** The backup as it ended, with a terminal phase. */
export function ended(backup: Backup, phase: BackupPhase, now: Date, more: BackupStatus): Backup {
  return { ...backup, status: { ...backup.status, ...more, phase, completionTimestamp: timestamp(now) } }
}

/** An unfinished run that is gone on with keeps the uid and time of its first request. */
export function identified(backup: Backup, claimed: Backup, now: Date): Backup {
  const { uid, creationTimestamp = timestamp(now) } = claimed.metadata
  return { ...backup, metadata: { ...backup.metadata, ...(uid && { uid }), creationTimestamp } }
}
