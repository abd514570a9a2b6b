import type { Context, SQSBatchResponse } from 'aws-lambda'
import { locationSettings } from '../lib/config/settings-for.ts'
import { deleteBackup } from '../lib/jobs/delete.ts'
import { collectGarbage } from '../lib/jobs/gc.ts'
import { type GcAnswer, handleGcEvent } from '../lib/jobs/gc-events.ts'
import { openQueues } from '../lib/jobs/queue.ts'
import { invoked } from './invocation.ts'

/** A message of the queue, a timer's event, or a Velero DeleteBackupRequest by a direct call; see events/. */
export async function handler(event: unknown, context: Context): Promise<SQSBatchResponse | GcAnswer[]> {
  const queues = {
    Backup: openQueues(process.env.LATEEN_BACKUP_QUEUE_URL, undefined),
    Restore: openQueues(process.env.LATEEN_RESTORE_QUEUE_URL, undefined),
  }
  return invoked('gc', process.env.LATEEN_GC_QUEUE_URL, context, (invocation, config) =>
    handleGcEvent(event, {
      ...invocation,
      ...(config.notifications && { notifications: config.notifications }),
      locationNames: config.locations.map(({ name }) => name),
      location: name => locationSettings(config, name),
      collect: collectGarbage,
      deleteBackup,
      ...(queues.Backup && queues.Restore && { send: async request => queues[request.kind]?.send(request) }),
    }),
  )
}
