import { Sha256 } from '@aws-crypto/sha256-js'
import { SignatureV4 } from '@smithy/signature-v4'
import { request } from 'undici'
import * as z from 'zod'
import { LateenError, messageOf } from '../../velero/errors.ts'
import type { Clock } from '../clock.ts'
import { readText } from '../http/api-failure.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { parseRetryAfter, retryDelay } from '../http/retry.ts'
import { awsHost } from './partition.ts'
import type { AwsCredentials } from './token.ts'

/** EKS did not tell where the cluster is. */
export class EksError extends LateenError {}

export interface EksRequest {
  cluster: string
  region: string
  credentials: () => Promise<AwsCredentials>
  /** Instead of AWS's own, as a VPC endpoint has it. */
  endpoint?: string | undefined
  clock: Clock
  random: () => number
}

const schema = z.object({
  cluster: z.object({
    endpoint: z.string().optional(),
    status: z.string().optional(),
    certificateAuthority: z.object({ data: z.string() }).optional(),
  }),
})

const NEXT: Record<number, string> = {
  403: 'Allow eks:DescribeCluster on this cluster to the role that asks.',
  404: 'Check eks.cluster and eks.region.',
}

/** EKS' DescribeCluster, as far as a connection needs it: address and authority. */
export async function describeCluster(asked: EksRequest): Promise<Endpoint> {
  const { cluster } = asked
  const { status, text } = await send(asked)
  if (status !== 200) {
    throw new EksError(
      `EKS cluster "${cluster}" in ${asked.region} can't be described (${status}): ${messageIn(text)}`,
      {
        next: NEXT[status] ?? 'Check the AWS credentials, and try again.',
      },
    )
  }
  const answer = schema.parse(JSON.parse(text)).cluster
  if (answer.endpoint === undefined || answer.certificateAuthority === undefined) {
    throw new EksError(`EKS cluster "${cluster}" has no address yet: it is ${answer.status ?? 'not ready'}`, {
      next: 'Wait until it is ACTIVE.',
    })
  }
  return { server: answer.endpoint, ca: Buffer.from(answer.certificateAuthority.data, 'base64') }
}

async function send(asked: EksRequest): Promise<{ status: number; text: string }> {
  const { clock } = asked
  const start = clock.now()
  for (let tries = 1; ; tries++) {
    const attempt = () => ({ method: 'GET', tries, elapsedMs: clock.now() - start, known: true })
    const { url, headers } = await signed(asked)
    try {
      const answer = await request(url, { headers, headersTimeout: 20_000, bodyTimeout: 20_000 })
      const text = await readText(answer.body)
      const failure = {
        status: answer.statusCode,
        retryAfterMs: parseRetryAfter(answer.headers['retry-after'], clock.now()),
      }
      const delay = answer.statusCode === 200 ? undefined : retryDelay(failure, attempt(), asked.random())
      if (delay === undefined) return { status: answer.statusCode, text }
      await clock.sleep(delay)
    } catch (error) {
      const delay = retryDelay({ passing: tries < 3, unsent: true }, attempt(), asked.random())
      if (delay === undefined) {
        throw new EksError(`EKS in ${asked.region} can't be reached: ${messageOf(error)}`, {
          next: 'A function in a VPC needs a NAT gateway or an interface endpoint for EKS.',
          cause: error,
        })
      }
      await clock.sleep(delay)
    }
  }
}

async function signed(asked: EksRequest): Promise<{ url: URL; headers: Record<string, string> }> {
  const url = new URL(
    `/clusters/${encodeURIComponent(asked.cluster)}`,
    asked.endpoint ?? `https://${awsHost('eks', asked.region)}`,
  )
  const signer = new SignatureV4({
    service: 'eks',
    region: asked.region,
    credentials: await asked.credentials(),
    sha256: Sha256,
  })
  const { headers } = await signer.sign(
    { method: 'GET', protocol: url.protocol, hostname: url.hostname, path: url.pathname, headers: { host: url.host } },
    { signingDate: new Date(asked.clock.now()) },
  )
  return { url, headers }
}

/** AWS' REST errors carry `message` or `Message`. */
function messageIn(text: string): string {
  try {
    const value = z
      .looseObject({ message: z.string().optional(), Message: z.string().optional() })
      .parse(JSON.parse(text))
    return value.message ?? value.Message ?? text
  } catch {
    // No JSON: a proxy's page, told as it is.
    return text.trim().slice(0, 300)
  }
}
