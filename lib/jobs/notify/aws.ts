import { Sha256 } from '@aws-crypto/sha256-js'
import { SignatureV4 } from '@smithy/signature-v4'
import { request } from 'undici'
import { awsHost } from '../../cluster/eks/partition.ts'
import { messageOf } from '../../velero/errors.ts'
import { isPassing, NotDeliveredError } from './errors.ts'

// Signed requests in place of SDK clients, each of which would be a tenth of a function's bundle for one call.

/** One call of a service of AWS. */
export interface AwsCall {
  service: 'sns' | 'events' | 'secretsmanager'
  region: string
  headers: Record<string, string>
  body: string
}

const PATIENCE_MS = 10_000

/** Answers the body of a good answer. An endpoint of the SDK's own variables counts. Throws NotDeliveredError. */
export async function callAws({ service, region, headers, body }: AwsCall): Promise<string> {
  const url = new URL(endpointOf(service) ?? `https://${awsHost(service, region)}/`)
  try {
    const signer = new SignatureV4({ service, region, credentials: await credentials(region), sha256: Sha256 })
    const signed = await signer.sign({
      ...{ method: 'POST', protocol: url.protocol, hostname: url.hostname, path: '/', body },
      headers: { ...headers, host: url.host },
    })
    const answer = await request(new URL('/', url), {
      ...{ method: 'POST', headers: signed.headers, body },
      signal: AbortSignal.timeout(PATIENCE_MS),
    })
    const text = await answer.body.text()
    if (answer.statusCode === 200) return text
    throw new NotDeliveredError(`${service} answered ${answer.statusCode}: ${reasonIn(text)}`, {
      passing: isPassing(answer.statusCode),
      ...(answer.statusCode === 403 && { next: `Allow ${RIGHTS[service]} to the role that asks.` }),
    })
  } catch (error) {
    if (error instanceof NotDeliveredError) throw error
    throw new NotDeliveredError(`${service} in ${region} can't be reached: ${messageOf(error)}`, {
      passing: true,
      cause: error,
    })
  }
}

/** Of the SDK's standard chain, which is loaded only by those who ask AWS. */
async function credentials(region: string) {
  const { fromNodeProviderChain } = await import('@aws-sdk/credential-providers')
  return fromNodeProviderChain({ clientConfig: { region } })().catch(cause => {
    throw new NotDeliveredError(`no AWS credentials: ${messageOf(cause)}`, {
      ...{ passing: false, cause },
      next: 'Give the function a role, or set AWS_PROFILE.',
    })
  })
}

const RIGHTS: Record<AwsCall['service'], string> = {
  sns: 'sns:Publish on the topic (and kms:GenerateDataKey and kms:Decrypt on its key)',
  events: 'events:PutEvents on the bus',
  secretsmanager: 'secretsmanager:GetSecretValue on the secret (and kms:Decrypt on its key)',
}

function endpointOf(service: AwsCall['service']): string | undefined {
  const name = service === 'events' ? 'EVENTBRIDGE' : service === 'sns' ? 'SNS' : 'SECRETS_MANAGER'
  return process.env[`AWS_ENDPOINT_URL_${name}`] || process.env.AWS_ENDPOINT_URL || undefined
}

/** Of XML or JSON. */
function reasonIn(text: string): string {
  const found = /<Message>([^<]*)<|"[Mm]essage"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(text)
  return (found?.[1] ?? found?.[2] ?? 'no reason was given').slice(0, 300)
}
