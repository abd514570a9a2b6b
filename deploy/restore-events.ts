import { requestsPrefix } from '../lib/bucket/layout.ts'
import type { Config } from '../lib/config/config.ts'
import { ConfigError } from '../lib/config/errors.ts'
import { s3Places } from './places.ts'
import { unique } from './rights/statement.ts'

/** Where in a bucket Restore manifests may be dropped: a folder for each location that is written to. */
export function requestFolders(config: Config, bucket: string): string[] {
  return s3Places(config)
    .filter(place => place.bucket === bucket && !place.readOnly)
    .map(({ prefix }) => prefix + requestsPrefix)
}

const QUEUE = {
  sqs: {
    arn: { 'Fn::GetAtt': ['RestoreQueue', 'Arn'] },
    batchSize: 1,
    functionResponseType: 'ReportBatchItemFailures',
  },
}

/**
 * The restore function's events, as serverless.yml has them. Of buckets these are those that are there before; the one that the
 * deployment makes has its own notification.
 */
export function restoreEvents(config: Config): object[] {
  return [QUEUE, ...bucketEvents(config)]
}

function bucketEvents(config: Config): object[] {
  const { droppedRestores = false, bucket: made } = config.deployment ?? {}
  if (!droppedRestores) return []
  const writable = s3Places(config).filter(({ readOnly }) => !readOnly)
  const buckets = unique(writable.flatMap(({ bucket = [] }) => bucket)).filter(bucket => bucket !== made?.name)
  if (buckets.length > 1)
    throw new ConfigError(
      `deployment.droppedRestores: the functions can be told of one bucket that is there before, and the locations have ${buckets.length} (${buckets.join(', ')})`,
      { next: 'Let these locations share one, or leave droppedRestores out and send Restores to the queue.' },
    )
  return buckets.flatMap(bucket =>
    requestFolders(config, bucket).map(prefix => ({
      s3: { bucket, existing: true, event: 's3:ObjectCreated:*', rules: [{ prefix }, { suffix: '.json' }] },
    })),
  )
}
