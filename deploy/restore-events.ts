import { requestsPrefix } from '../lib/bucket/layout.ts'
import type { Config } from '../lib/config/config.ts'
import { s3Places } from './places.ts'

/** Where in a bucket Restore manifests may be dropped: a folder for each location. */
export function requestFolders(config: Config, bucket: string): string[] {
  return s3Places(config)
    .filter(place => place.bucket === bucket)
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
  const buckets = new Set(s3Places(config).flatMap(({ bucket = [] }) => bucket))
  if (made !== undefined) buckets.delete(made.name)
  return [...buckets].flatMap(bucket =>
    requestFolders(config, bucket).map(prefix => ({
      s3: { bucket, existing: true, event: 's3:ObjectCreated:*', rules: [{ prefix }, { suffix: '.json' }] },
    })),
  )
}
