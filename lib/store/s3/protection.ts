import { GetBucketVersioningCommand, GetObjectLockConfigurationCommand, type S3Client } from '@aws-sdk/client-s3'
import type { Protection } from '../types.ts'
import { factsOf } from './errors.ts'

/** What stores answer that have no such thing, or tell us nothing of it. */
const SILENT = new Set([
  'AccessDenied',
  'NotImplemented',
  'MethodNotAllowed',
  'ObjectLockConfigurationNotFoundError',
  'ObjectLockConfigurationNotFound',
  'InvalidRequest',
])

/** What the bucket says of its versions and locks; undefined where it says nothing to us. */
export async function protectionOf(client: S3Client, bucket: string): Promise<Protection | undefined> {
  const [versioning, lock] = await Promise.all([
    asked(() => client.send(new GetBucketVersioningCommand({ Bucket: bucket }))),
    asked(() => client.send(new GetObjectLockConfigurationCommand({ Bucket: bucket }))),
  ])
  if (versioning === undefined && lock === undefined) return undefined
  const { ObjectLockEnabled, Rule } = lock?.ObjectLockConfiguration ?? {}
  const { Mode, Days, Years } = Rule?.DefaultRetention ?? {}
  const period = Days ? `${Days} days` : Years ? `${Years} years` : undefined
  return {
    ...(versioning?.Status && { versioning: versioning.Status }),
    ...(ObjectLockEnabled && { lock: { ...(Mode && { mode: Mode }), ...(period && { period }) } }),
  }
}

async function asked<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask()
  } catch (error) {
    if (SILENT.has(factsOf(error).code)) return undefined
    throw error
  }
}
