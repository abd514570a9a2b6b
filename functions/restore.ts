import type { Context, SQSBatchResponse } from 'aws-lambda'
import { createRestore } from '../lib/jobs/restore.ts'
import { handleRestoreEvent, type RestoreAnswer } from '../lib/jobs/restore-events.ts'
import { invoked } from './invocation.ts'

/** A message of the queue, a Velero Restore manifest by a direct call, or one dropped into a bucket; see events/. */
export async function handler(
  event: unknown,
  context: Context,
): Promise<SQSBatchResponse | RestoreAnswer | RestoreAnswer[]> {
  return invoked('restore', process.env.LATEEN_RESTORE_QUEUE_URL, context, (invocation, { locations }) =>
    handleRestoreEvent(event, { ...invocation, createRestore, locations }),
  )
}
