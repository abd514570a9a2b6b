import type { Context, SQSBatchResponse } from 'aws-lambda'
import { placesOf } from '../lib/config/places.ts'
import { createBackup } from '../lib/jobs/backup.ts'
import { type BackupAnswer, handleBackupEvent } from '../lib/jobs/backup-events.ts'
import type { TickAnswer } from '../lib/jobs/tick-events.ts'
import { invoked } from './invocation.ts'

/** A message of the queue, a timer's event, or a Velero Backup manifest by a direct call; see events/. */
export async function handler(
  event: unknown,
  context: Context,
): Promise<SQSBatchResponse | BackupAnswer | TickAnswer[]> {
  return invoked('backup', process.env.LATEEN_BACKUP_QUEUE_URL, context, (invocation, config) =>
    handleBackupEvent(event, { ...invocation, createBackup, places: placesOf(config) }),
  )
}
