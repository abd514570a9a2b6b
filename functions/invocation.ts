import { Logger } from '@aws-lambda-powertools/logger'
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics'
import type { Context } from 'aws-lambda'
import type { Config } from '../lib/config/config.ts'
import { settingsFor } from '../lib/config/settings-for.ts'
import { deadline } from '../lib/jobs/deadline.ts'
import type { Invocation } from '../lib/jobs/invocation.ts'
import { openQueues } from '../lib/jobs/queue.ts'
import { configuration } from './config.ts'

const logger = new Logger({ serviceName: 'lateen' })

/** Gives a handler what it works with, and takes care of the deadline and the metrics. `queue` is the URL of its own. */
export async function invoked<T>(
  service: 'backup' | 'restore' | 'gc',
  queue: string | undefined,
  context: Context,
  handle: (invocation: Invocation, config: Config) => Promise<T>,
): Promise<T> {
  const metrics = new Metrics({ namespace: 'Lateen', serviceName: service })
  const config = await configuration()
  const near = deadline(context.getRemainingTimeInMillis())
  try {
    const invocation: Invocation = {
      settings: (cluster, storageLocation) => settingsFor(config, cluster, storageLocation),
      queues: openQueues(queue, process.env.LATEEN_DEAD_LETTER_QUEUE_URL),
      signal: near.signal,
      now: () => new Date(),
      log: (level, message, fields) => logger[level](message, { ...fields, requestId: context.awsRequestId }),
      count: (phase, items) => {
        metrics.addMetric(phase, MetricUnit.Count, 1)
        metrics.addMetric('Items', MetricUnit.Count, items)
      },
    }
    return await handle(invocation, config)
  } finally {
    near.clear()
    if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics()
  }
}
