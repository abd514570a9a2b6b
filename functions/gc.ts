import type { Context, SQSBatchResponse } from 'aws-lambda'
import { locationSettings } from '../lib/config/settings-for.ts'
import { deleteBackup } from '../lib/jobs/delete.ts'
import { collectGarbage } from '../lib/jobs/gc.ts'
import { type GcAnswer, type GcInvocation, handleGcEvent } from '../lib/jobs/gc-events.ts'
import { openQueues } from '../lib/jobs/queue.ts'
import { invoked } from './invocation.ts'

/** A message of the queue, a timer's event, or a Velero DeleteBackupRequest by a direct call; see events/. */
export function handler(event: unknown, context: Context): Promise<SQSBatchResponse | GcAnswer[]> {
  return handle(event, context, ownQueues())
}

/** `send` takes the requests of runs that died; without it they are only told of. */
export function handle(
  event: unknown,
  context: Context,
  send: GcInvocation['send'],
): Promise<SQSBatchResponse | GcAnswer[]> {
  return invoked('gc', process.env.LATEEN_GC_QUEUE_URL, context, (invocation, config) =>
    handleGcEvent(event, {
      ...invocation,
      ...(config.notifications && { notifications: config.notifications }),
      locationNames: config.locations.map(({ name }) => name),
      location: name => locationSettings(config, name),
      collect: collectGarbage,
      deleteBackup,
      ...(send && { send }),
    }),
  )
}

/** Of both other functions; absent where there are none. */
function ownQueues(): GcInvocation['send'] {
  const Backup = openQueues(process.env.LATEEN_BACKUP_QUEUE_URL, undefined)
  const Restore = openQueues(process.env.LATEEN_RESTORE_QUEUE_URL, undefined)
  return Backup && Restore && (request => (request.kind === 'Backup' ? Backup : Restore).send(request))
}
