import * as z from 'zod'
import { CONCURRENCY_POLICIES } from '../../velero/validate-schedule.ts'
import { deployment } from './schema-deployment.ts'
import { notification } from './schema-notification.ts'
import { text } from './schema-text.ts'

// What lateen.yaml may hold. A location is the spec of a BackupStorageLocation, so that one may be copied from Velero; only its
// credential differs, for without an agent there is no Secret to read.

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

export const fileSchema = z.strictObject({
  clusters: z.array(cluster).optional().describe('What is backed up and restored to.'),
  locations: z
    .array(location)
    .optional()
    .describe('Where backups lie: each the spec of a BackupStorageLocation, with a name.'),
  schedules: z.array(schedule).optional().describe('When backups are made.'),
  notifications: z.array(notification).optional().describe('Who is told how runs end.'),
  deployment: deployment.optional().describe('How the functions are deployed, and where --remote sends requests.'),
})

export type FileContent = z.infer<typeof fileSchema>
export type FileCluster = z.infer<typeof cluster>
export type FileLocation = z.infer<typeof location>
export type FileSchedule = z.infer<typeof schedule>
export type FileNotification = z.infer<typeof notification>

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
