import { Logger } from '@aws-lambda-powertools/logger'
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics'
import type { Context, SQSBatchResponse } from 'aws-lambda'
import { settingsFor } from '../lib/config/settings-for.ts'
import { createBackup } from '../lib/jobs/backup.ts'
import { type BackupAnswer, handleBackupEvent } from '../lib/jobs/backup-events.ts'
import { deadline } from '../lib/jobs/deadline.ts'
import { openQueues } from '../lib/jobs/queue.ts'
import { configuration } from './config.ts'

const logger = new Logger({ serviceName: 'lateen' })

/** A message of the queue, a timer's event, or a Velero Backup manifest by a direct call; see events/. */
export async function handler(event: unknown, context: Context): Promise<SQSBatchResponse | BackupAnswer> {
  const metrics = new Metrics({ namespace: 'Lateen', serviceName: 'backup' })
  const config = await configuration()
  const near = deadline(context.getRemainingTimeInMillis())
  try {
    return await handleBackupEvent(event, {
      settings: (cluster, storageLocation) => settingsFor(config, cluster, storageLocation),
      createBackup: async (settings, manifest, options) => {
        const result = await createBackup(settings, manifest, options)
        metrics.addMetric(result.backup.status?.phase ?? 'InProgress', MetricUnit.Count, 1)
        metrics.addMetric('Items', MetricUnit.Count, result.backup.status?.progress?.itemsBackedUp ?? 0)
        return result
      },
      queues: openQueues(process.env),
      signal: near.signal,
      now: () => new Date(),
      log: (level, message, fields) => logger[level](message, { ...fields, requestId: context.awsRequestId }),
    })
  } finally {
    near.clear()
    metrics.publishStoredMetrics()
  }
}
