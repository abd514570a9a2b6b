import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { getCACertificates } from 'node:tls'
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3'
import { bucketRegion } from './region.ts'
import type { S3Settings } from './settings.ts'

/** More than all stages of a job use at the same time, so that a slow reader never holds up a lease's renewal. */
const maxSockets = 128
const connectMs = 10_000
/** From the request's first byte to the answer's: a completion of a large upload takes minutes. */
const answerMs = 300_000

/** A client for `endpoint`; without one, for AWS in the bucket's region. */
export async function s3Client(settings: S3Settings, endpoint: string | undefined): Promise<S3Client> {
  const config: S3ClientConfig = {
    ...(await credentialsOf(settings)),
    ...(endpoint !== undefined && { endpoint }),
    forcePathStyle: settings.pathStyle,
    // Stores that are older than these checksums refuse them.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    retryMode: 'standard',
    maxAttempts: 5,
    requestHandler: {
      connectionTimeout: connectMs,
      requestTimeout: answerMs,
      throwOnRequestTimeout: true,
      socketAcquisitionWarningTimeout: answerMs,
      httpAgent: new HttpAgent({ keepAlive: true, maxSockets }),
      httpsAgent: new HttpsAgent({ keepAlive: true, maxSockets, ...tlsOf(settings) }),
    },
  }
  const region = settings.region ?? (endpoint === undefined ? undefined : 'us-east-1')
  if (region !== undefined) return new S3Client({ ...config, region })
  let found: Promise<string> | undefined
  const lookUp = () => {
    found ??= bucketRegion(new S3Client({ ...config, region: 'us-east-1' }), settings.bucket)
    return found
  }
  return new S3Client({ ...config, region: lookUp })
}

/** Without a file or profile the SDK's own chain: environment, web identity, the function's role. */
async function credentialsOf(settings: S3Settings): Promise<Pick<S3ClientConfig, 'credentials'>> {
  if (settings.credentialsFile === undefined && settings.profile === undefined) return {}
  return { credentials: (await import('./credentials.ts')).credentialsFrom(settings) }
}

function tlsOf(settings: S3Settings) {
  return {
    ...(settings.skipTlsVerify && { rejectUnauthorized: false }),
    ...(settings.caCert !== undefined && {
      ca: [...getCACertificates('default'), ...getCACertificates('system'), settings.caCert],
    }),
  }
}
