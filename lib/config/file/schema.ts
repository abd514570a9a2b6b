import { z } from 'zod'
import { CONCURRENCY_POLICIES } from '../../velero/validate-schedule.ts'

// What lateen.yaml may hold. A location is the spec of a BackupStorageLocation, so that one may be copied from Velero; only its
// credential differs, for without an agent there is no Secret to read.

const text = z.string().min(1, 'must not be empty')

/** In a BackupStorageLocation all values of config are strings; people write `true` and mean "true". */
const configValue = z.union([z.string(), z.boolean(), z.number()]).transform(String)

const cluster = z.strictObject({
  name: text,
  kubeconfig: text.optional(),
  context: text.optional(),
  eks: z.strictObject({ cluster: text, region: text.optional(), roleArn: text.optional() }).optional(),
  maxConcurrency: z.int('must be a whole number').min(1, 'must be at least 1').optional(),
  location: text.optional(),
})

const location = z.strictObject({
  name: text,
  provider: z.enum(['aws', 'velero.io/aws', 'file', 'lateen.io/file']),
  objectStorage: z.strictObject({ bucket: text, prefix: z.string().optional(), caCert: text.optional() }),
  config: z.record(z.string(), configValue).optional(),
  credential: z.strictObject({ file: text.optional(), profile: text.optional() }).optional(),
  default: z.boolean().optional(),
  resultsLocation: text.optional(),
  accessMode: z.enum(['ReadWrite', 'ReadOnly']).optional(),
  backupSyncPeriod: text.optional(),
  validationFrequency: text.optional(),
  retention: text.optional(),
})

/** A Schedule, with its annotations as fields. Its template is Velero's, and checked as such. */
const schedule = z.strictObject({
  name: text,
  schedule: text,
  template: z.record(z.string(), z.unknown()).optional(),
  clusters: z.array(text).min(1, 'must name a cluster, or be left out').optional(),
  labels: z.record(z.string(), z.string()).optional(),
  paused: z.boolean().optional(),
  skipImmediately: z.boolean().optional(),
  useOwnerReferencesInBackup: z.boolean().optional(),
  retention: text.optional(),
  concurrencyPolicy: z.enum(CONCURRENCY_POLICIES).optional(),
})

const deployment = z.strictObject({
  stack: text.optional(),
  region: text.optional(),
  backupQueue: text.optional(),
  restoreQueue: text.optional(),
})

export const fileSchema = z.strictObject({
  deployment: deployment.optional(),
  clusters: z.array(cluster).optional(),
  locations: z.array(location).optional(),
  schedules: z.array(schedule).optional(),
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
