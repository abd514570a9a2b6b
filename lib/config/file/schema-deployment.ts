import * as z from 'zod'
import { text } from './schema-text.ts'

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

/** How the functions are deployed, and where they take requests. */
export const deployment = z.strictObject({
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
