import { Logger } from '@aws-lambda-powertools/logger'
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics'
import type { Context } from 'aws-lambda'
import type { Log } from '../lib/jobs/invocation.ts'
import { type Measures, type Service, unitOf } from '../lib/jobs/measures.ts'

// Nothing is ever added to it for good: what belongs to one invocation goes with each line.
const logger = new Logger({ serviceName: 'lateen' })

/** A deployment names its own, by Powertools' variable. */
const namespace = process.env.POWERTOOLS_METRICS_NAMESPACE || 'Lateen'

/** How one invocation is told of. Lines and metrics carry its id, so that those of one message can be found. */
export function telemetry(
  service: Service,
  { awsRequestId, functionVersion }: Context,
): { log: Log; measure(measures: Measures): void } {
  const facts = { requestId: awsRequestId, ...(functionVersion && { functionVersion }) }
  return {
    log: (level, message, fields) => logger[level](message, { function: service, ...fields, ...facts }),
    measure: ({ service, dimensions, values, about }) => {
      // One for each line: what one message counts must not stand beside the name of another.
      const metrics = new Metrics({ namespace, serviceName: service })
      if (dimensions !== undefined) metrics.addDimensions({ ...dimensions })
      for (const [name, value] of Object.entries(values)) metrics.addMetric(name, MetricUnit[unitOf(name)], value)
      for (const [key, value] of Object.entries({ ...about, ...facts }))
        if (dimensions === undefined || !(key in dimensions)) metrics.addMetadata(key, value)
      metrics.publishStoredMetrics()
    },
  }
}
