import * as z from 'zod'
import { END_PHASES } from '../notifications.ts'
import { text } from './schema-text.ts'

/** Who is told how runs end. */
export const notification = z.strictObject({
  topic: text.optional().describe('The ARN of an SNS topic.'),
  eventBus: text.optional().describe('The name or ARN of an EventBridge bus: default.'),
  webhook: text.optional().describe('A URL to which JSON is posted. It is a secret: rather keep it in one.'),
  webhookSecret: text.optional().describe('The name or ARN of a secret of Secrets Manager that holds such a URL.'),
  phases: z
    .array(z.enum(END_PHASES))
    .min(1, 'must name a phase, or be left out')
    .optional()
    .describe('Of runs that end so; without it PartiallyFailed, Failed and FailedValidation.'),
  clusters: z
    .array(text)
    .min(1, 'must name a cluster, or be left out')
    .optional()
    .describe('Of runs on these clusters; without it all.'),
  schedules: z
    .array(text)
    .min(1, 'must name a schedule, or be left out')
    .optional()
    .describe('Of runs of these schedules; without it all, and those of none.'),
})
