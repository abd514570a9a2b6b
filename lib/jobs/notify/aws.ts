import { AwsCredentialsError, awsCredentials } from '../../cluster/aws/credentials.ts'
import { type AwsService, askAwsOnce, endpointFrom } from '../../cluster/aws/send.ts'
import { systemClock } from '../../cluster/clock.ts'
import { messageOf } from '../../velero/errors.ts'
import { isPassing, NotDeliveredError } from './errors.ts'

// Signed requests in place of SDK clients, each of which would be a tenth of a function's bundle for one call.

/** One call of a service of AWS. */
export interface AwsCall {
  service: keyof typeof SERVICES
  region: string
  headers: Record<string, string>
  body: string
}

const PATIENCE_MS = 10_000

/** The variable that names its endpoint, and the right that a call takes. */
const SERVICES = {
  sns: {
    variable: 'SNS',
    right: 'sns:Publish on the topic (and kms:GenerateDataKey and kms:Decrypt on its key)',
  },
  events: { variable: 'EVENTBRIDGE', right: 'events:PutEvents on the bus' },
  secretsmanager: {
    variable: 'SECRETS_MANAGER',
    right: 'secretsmanager:GetSecretValue on the secret (and kms:Decrypt on its key)',
  },
} as const

/** Answers the body of a good answer. An endpoint of the SDK's own variables counts. Throws NotDeliveredError. */
export async function callAws({ service, region, headers, body }: AwsCall): Promise<string> {
  const { variable, right } = SERVICES[service]
  const asked: AwsService = {
    ...{ service, region },
    credentials: awsCredentials(region, 'notifications'),
    endpoint: endpointFrom(process.env, variable),
    clock: systemClock,
    random: Math.random,
  }
  const { status, text } = await askAwsOnce(asked, { method: 'POST', path: '/', headers, body }, PATIENCE_MS).catch(
    cause => {
      const words = messageOf(cause)
      if (cause instanceof AwsCredentialsError)
        throw new NotDeliveredError(words, { passing: false, cause, ...(cause.next && { next: cause.next }) })
      throw new NotDeliveredError(`${service} in ${region} can't be reached: ${words}`, { passing: true, cause })
    },
  )
  if (status === 200) return text
  throw new NotDeliveredError(`${service} answered ${status}: ${reasonIn(text)}`, {
    passing: isPassing(status),
    ...(status === 403 && { next: `Allow ${right} to the role that asks.` }),
  })
}

/** Of XML or JSON. */
function reasonIn(text: string): string {
  const found = /<Message>([^<]*)<|"[Mm]essage"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(text)
  return (found?.[1] ?? found?.[2] ?? 'no reason was given').slice(0, 300)
}
