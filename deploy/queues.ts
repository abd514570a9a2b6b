import type { DeploymentSettings } from '../lib/config/types.ts'

const FOURTEEN_DAYS = 14 * 86_400

/** A function's queue. */
export function queue(deployment: DeploymentSettings): object {
  return {
    // Six times the function's timeout, as Lambda asks for. A message whose invocation died comes again after it.
    VisibilityTimeout: 6 * 900,
    MessageRetentionPeriod: FOURTEEN_DAYS,
    ...encryption(deployment),
    RedrivePolicy: {
      deadLetterTargetArn: { 'Fn::GetAtt': ['DeadLetters', 'Arn'] },
      // One more than lib/jobs/receptions.ts works on a message, to give the reason.
      maxReceiveCount: 9,
    },
  }
}

export function deadLetters(deployment: DeploymentSettings): object {
  return { MessageRetentionPeriod: FOURTEEN_DAYS, ...encryption(deployment) }
}

const encryption = ({ kmsKeyArn }: DeploymentSettings) =>
  kmsKeyArn === undefined ? { SqsManagedSseEnabled: true } : { KmsMasterKeyId: kmsKeyArn }
