import * as z from 'zod'
import { CONCURRENCY_POLICIES } from '../../velero/validate-schedule.ts'

// What lateen.yaml may hold. A location is the spec of a BackupStorageLocation, so that one may be copied from Velero; only its
// credential differs, for without an agent there is no Secret to read.

const text = z.string().min(1, 'must not be empty')

/** In a BackupStorageLocation all values of config are strings; people write `true` and mean "true". */
const configValue = z.union([z.string(), z.boolean(), z.number()]).transform(String)

// Descriptions are what editors show; see json-schema.ts.

const cluster = z.strictObject({
  name: text.describe('What --cluster and messages call it; unique.'),
  kubeconfig: text.optional().describe('A kubeconfig file; relative to this file.'),
  kubeconfigSecret: text
    .optional()
    .describe('A secret of AWS Secrets Manager that holds a kubeconfig, in place of a file; its name or ARN.'),
  kubeconfigParameter: text
    .optional()
    .describe('A parameter of AWS Systems Manager that holds a kubeconfig, in place of a file; its name or ARN.'),
  context: text.optional().describe('A context of the kubeconfig.'),
  eks: z
    .strictObject({
      cluster: text,
      region: text.optional(),
      roleArn: text.optional(),
      externalId: text.optional().describe("What the trust policy of roleArn's role asks for."),
    })
    .optional()
    .describe('An EKS cluster by IAM, in place of a kubeconfig.'),
  maxConcurrency: z
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .optional()
    .describe('The ceiling of requests in flight; 16 for backups and 32 for restores without it.'),
  concurrentBackups: z
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .max(100, 'must be at most 100')
    .optional()
    .describe('How many backups that the queue brings may be at work at the same time; 1 without it.'),
  location: text
    .optional()
    .describe('The location that its backups go to; without it the only one, or the default one.'),
})

const location = z.strictObject({
  name: text.describe('What --storage-location and clusters call it; unique.'),
  provider: z
    .enum(['aws', 'velero.io/aws', 'file', 'lateen.io/file'])
    .describe('aws: S3 and what speaks its protocol. file: a folder.'),
  objectStorage: z.strictObject({
    bucket: text.describe('Of file, the folder; relative to this file.'),
    prefix: z.string().optional().describe('A folder in the bucket, such as clusters/prod.'),
    caCert: text.optional().describe("PEM in base64, for the endpoint's TLS."),
  }),
  config: z
    .record(z.string(), configValue)
    .optional()
    .describe('The options of velero-plugin-for-aws: region, s3Url, s3ForcePathStyle, kmsKeyId ...'),
  credential: z
    .strictObject({
      file: text.optional().describe('An AWS credentials file; relative to this file.'),
      profile: text.optional().describe('A profile of it, or of the AWS configuration.'),
    })
    .optional()
    .describe("In place of Velero's Secret; without it the standard chain of the AWS SDK."),
  default: z.boolean().optional().describe('Whether clusters without a location use it; true for one at most.'),
  resultsLocation: text.optional().describe('Where restores are recorded, if this must not be written to.'),
  labels: z.record(z.string(), z.string()).optional().describe('For `backup-location get`.'),
  accessMode: z.enum(['ReadWrite', 'ReadOnly']).optional().describe('ReadOnly: nothing is written here.'),
  backupSyncPeriod: text.optional().describe("Velero's; without effect."),
  validationFrequency: text.optional().describe("Velero's; without effect."),
  retention: text.optional().describe('Which backups stay: keep-last=3,keep-daily=7,min-good=1.'),
})

/** A Schedule, with its annotations as fields. Its template is Velero's, and checked as such. */
const schedule = z.strictObject({
  name: text.describe('Unique for each cluster; backups are called NAME-YYYYMMDDhhmmss.'),
  schedule: text.describe('0 3 * * *, @daily, @every 6h; in UTC, or after CRON_TZ=Europe/Berlin.'),
  template: z.record(z.string(), z.unknown()).optional().describe("The spec of the backups, as in Velero's Schedule."),
  clusters: z
    .array(text)
    .min(1, 'must name a cluster, or be left out')
    .optional()
    .describe('Names of the clusters that it is for; without it all.'),
  labels: z
    .record(z.string(), z.string())
    .optional()
    .describe('Of the schedule, and of backups whose template has none.'),
  paused: z.boolean().optional().describe('No run is started.'),
  skipImmediately: z
    .boolean()
    .optional()
    .describe('A run that is due when the schedule begins or goes on is left out.'),
  useOwnerReferencesInBackup: z.boolean().optional().describe('For a Velero that has the schedule too.'),
  retention: text.optional().describe('Which of its backups stay: keep-last=3,keep-daily=7,min-good=1.'),
  concurrencyPolicy: z.enum(CONCURRENCY_POLICIES).optional().describe('Whether runs may be at work at the same time.'),
})

const memory = z
  .int('must be a whole number')
  .min(256, 'must be at least 256')
  .max(10_240, 'must be at most 10240')
  .optional()
const arn = (of: RegExp, like: string) => z.string().regex(of, `must be like ${like}`)

const vpc = z.strictObject({
  subnetIds: z.array(arn(/^subnet-[0-9a-f]+$/, 'subnet-0a1b2c3d')).min(1, 'must name a subnet'),
  securityGroupIds: z.array(arn(/^sg-[0-9a-f]+$/, 'sg-0a1b2c3d')).min(1, 'must name a security group'),
})

const madeBucket = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be a name that S3 takes: 3 to 63 of a-z, 0-9, "-" and "."')
    .describe('The bucket of one or more of the locations.'),
  versioning: z.boolean().optional().describe('Older versions are kept; object lock does so too.'),
  objectLock: z
    .strictObject({
      mode: z.enum(['GOVERNANCE', 'COMPLIANCE']),
      days: z.int('must be a whole number').min(1, 'must be at least 1').max(36_500, 'must be at most 36500'),
    })
    .optional()
    .describe('How long nobody can delete what is written, by default of the bucket.'),
})

const deployment = z.strictObject({
  stack: text
    .optional()
    .describe('The CloudFormation stack of the functions, whose outputs name the queues; without it lateen-STAGE.'),
  region: text.optional().describe('Of the functions; without it that of the environment.'),
  backupQueue: text.optional().describe("The URL of the backup function's queue, in place of the stack's output."),
  restoreQueue: text.optional().describe("The URL of the restore function's queue."),
  stage: z
    .string()
    .regex(/^[a-zA-Z][a-zA-Z0-9-]{0,30}$/, 'must be letters, digits and hyphens, at most 31')
    .optional()
    .describe('What this deployment is called beside others; production without it.'),
  bucket: madeBucket
    .optional()
    .describe('A bucket that the deployment makes; without it all buckets are there before.'),
  kmsKeyArn: arn(/^arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/, 'arn:aws:kms:eu-central-1:123456789012:key/ID')
    .optional()
    .describe('A key of yours for the queues, and for buckets and secrets that are encrypted with it.'),
  vpc: vpc.optional().describe('Where the functions run, so as to reach private clusters.'),
  memory: z
    .strictObject({ backup: memory, restore: memory, gc: memory })
    .optional()
    .describe('MB of each function; 1769, 1769 and 512 without it.'),
  concurrentBackups: z
    .int('must be a whole number')
    .min(2, 'must be at least 2')
    .max(1000, 'must be at most 1000')
    .optional()
    .describe('How many backups may be at work at once in all; 100 without it.'),
  droppedRestores: z
    .boolean()
    .optional()
    .describe('Whether a Restore manifest dropped below metadata/lateen/requests/ of a location starts it.'),
  logRetentionDays: z
    .literal([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653])
    .optional()
    .describe('How long logs stay; 30 days without it.'),
  alarmTopicArn: arn(/^arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:[\w-]+$/, 'arn:aws:sns:eu-central-1:123456789012:NAME')
    .optional()
    .describe('Where alarms are sent; without it a topic that the deployment makes.'),
})

export const fileSchema = z.strictObject({
  clusters: z.array(cluster).optional().describe('What is backed up and restored to.'),
  locations: z
    .array(location)
    .optional()
    .describe('Where backups lie: each the spec of a BackupStorageLocation, with a name.'),
  schedules: z.array(schedule).optional().describe('When backups are made.'),
  deployment: deployment.optional().describe('How the functions are deployed, and where --remote sends requests.'),
})

export type FileContent = z.infer<typeof fileSchema>
export type FileCluster = z.infer<typeof cluster>
export type FileLocation = z.infer<typeof location>
export type FileSchedule = z.infer<typeof schedule>

/** The keys that the schema knows at a path into a file, for suggestions. */
export function keysAt(path: readonly PropertyKey[]): string[] {
  let schema: unknown = fileSchema
  for (const step of path) {
    schema = unwrap(schema)
    if (schema instanceof z.ZodArray) schema = schema.element
    else if (schema instanceof z.ZodObject) schema = schema.shape[step as string]
  }
  schema = unwrap(schema)
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : []
}

function unwrap(schema: unknown): unknown {
  return schema instanceof z.ZodOptional ? unwrap(schema.unwrap()) : schema
}
export type FileDeployment = z.infer<typeof deployment>
