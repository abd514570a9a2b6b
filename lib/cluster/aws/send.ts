import { Sha256 } from '@aws-crypto/sha256-js'
import { SignatureV4 } from '@smithy/signature-v4'
import { request } from 'undici'
import * as z from 'zod'
import type { Clock } from '../clock.ts'
import { readText } from '../http/api-failure.ts'
import { parseRetryAfter, retryDelay } from '../http/retry.ts'
import type { AwsCredentials } from './credentials.ts'
import { awsHost } from './partition.ts'

/** A service of AWS, as whom and how it is asked. */
export interface AwsService {
  /** As signatures and hosts have it: `eks`, `secretsmanager`. */
  service: string
  region: string
  credentials: () => Promise<AwsCredentials>
  /** Instead of AWS's own, as a VPC endpoint has it. */
  endpoint?: string | undefined
  clock: Clock
  /** In [0, 1). */
  random: () => number
}

/** A request that is safe to repeat. */
export interface AwsQuestion {
  method: 'GET' | 'POST'
  path: string
  headers?: Record<string, string>
  body?: string
}

export interface AwsAnswer {
  status: number
  /** May hold a secret: not for logs. */
  text: string
}

/**
 * Sends a signed request without an SDK's client, whose import costs a cold start more than the request. Throttling, 5xx and
 * connections that fail are tried again; throws what the last connection failed with.
 */
export async function askAws(asked: AwsService, question: AwsQuestion): Promise<AwsAnswer> {
  const { clock } = asked
  const start = clock.now()
  for (let tries = 1; ; tries++) {
    // All of them only read.
    const attempt = () => ({ method: 'GET', tries, elapsedMs: clock.now() - start, known: true })
    const signature = await signed(asked, question)
    try {
      const { retryAfter, ...answer } = await sendSigned(signature, question, 20_000)
      const failure = {
        status: isThrottled(answer.status, answer.text) ? 429 : answer.status,
        retryAfterMs: parseRetryAfter(retryAfter, clock.now()),
      }
      const delay = answer.status === 200 ? undefined : retryDelay(failure, attempt(), asked.random())
      if (delay === undefined) return answer
      await clock.sleep(delay)
    } catch (error) {
      const delay = retryDelay({ passing: tries < 3, unsent: true }, attempt(), asked.random())
      if (delay === undefined) throw error
      await clock.sleep(delay)
    }
  }
}

/** The same once, for what has its own way of trying again. Throws what the connection failed with. */
export async function askAwsOnce(asked: AwsService, question: AwsQuestion, patienceMs: number): Promise<AwsAnswer> {
  const { status, text } = await sendSigned(await signed(asked, question), question, patienceMs)
  return { status, text }
}

interface Signature {
  url: URL
  headers: Record<string, string>
}

async function sendSigned({ url, headers }: Signature, question: AwsQuestion, patienceMs: number) {
  const { method, body = null } = question
  const answer = await request(url, { method, headers, body, headersTimeout: patienceMs, bodyTimeout: patienceMs })
  return {
    status: answer.statusCode,
    text: await readText(answer.body),
    retryAfter: answer.headers['retry-after'],
  }
}

async function signed(asked: AwsService, { method, path, headers: own, body }: AwsQuestion): Promise<Signature> {
  const { service, region, clock } = asked
  const url = new URL(path, asked.endpoint ?? `https://${awsHost(service, region)}`)
  const signer = new SignatureV4({ service, region, credentials: await asked.credentials(), sha256: Sha256 })
  const { headers } = await signer.sign(
    {
      method,
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      headers: { host: url.host, ...own },
      ...(body !== undefined && { body }),
    },
    { signingDate: new Date(clock.now()) },
  )
  return { url, headers }
}

const failed = z.looseObject({
  __type: z.string().optional(),
  message: z.string().optional(),
  Message: z.string().optional(),
})

/** What an answer other than 200 says: the kind of error without its namespace, where it has one, and the words. */
export function failureIn({ text }: Pick<AwsAnswer, 'text'>): { type: string; message: string } {
  try {
    const { __type = '', message, Message } = failed.parse(JSON.parse(text))
    return { type: __type.split('#').at(-1) ?? '', message: message ?? Message ?? text }
  } catch {
    // No JSON: a proxy's page, told as it is.
    return { type: '', message: text.trim().slice(0, 300) }
  }
}

function isThrottled(status: number, text: string): boolean {
  return status === 400 && /thrott|TooManyRequests|RequestLimitExceeded/i.test(failureIn({ text }).type)
}

/** The address that the environment gives a service, by the SDKs' rule: its own variable, else the one for all. */
export function endpointFrom(env: NodeJS.ProcessEnv, variable: string): string | undefined {
  return env[`AWS_ENDPOINT_URL_${variable}`] || env.AWS_ENDPOINT_URL || undefined
}
