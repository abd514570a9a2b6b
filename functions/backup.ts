import type { Context, SQSBatchResponse } from 'aws-lambda'
import { createBackup } from '../lib/jobs/backup.ts'
import { type BackupAnswer, handleBackupEvent } from '../lib/jobs/backup-events.ts'
import { invoked } from './invocation.ts'

/** A message of the queue, a timer's event, or a Velero Backup manifest by a direct call; see events/. */
export async function handler(event: unknown, context: Context): Promise<SQSBatchResponse | BackupAnswer> {
  return invoked('backup', process.env.LATEEN_BACKUP_QUEUE_URL, context, invocation =>
    handleBackupEvent(event, { ...invocation, createBackup }),
  )
}
