import { createHash } from 'node:crypto'
import { DeleteObjectCommand, DeleteObjectsCommand, type S3Client } from '@aws-sdk/client-s3'
import { messageOf } from '../../velero/errors.ts'
import type { DeleteFailure } from '../types.ts'
import { factsOf } from './errors.ts'

/** S3's limit for one request. */
const batchSize = 1000
/** Batches, or single deletions, side by side. */
const width = 8

/** Control characters and the like: XML can't hold them, even escaped, or parsers change them (line ends). */
const notForXml = /[^\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u

/** An object by its full key, or one version of it. */
export interface Target {
  key: string
  version?: string
}

export interface RemoveFailure extends DeleteFailure, Target {}

/** Deletes objects or versions; answers those that stay. */
export async function removeObjects(client: S3Client, bucket: string, targets: Target[]): Promise<RemoveFailure[]> {
  const single = targets.filter(({ key }) => notForXml.test(key))
  const batched = targets.filter(({ key }) => !notForXml.test(key))
  const batches = Array.from({ length: Math.ceil(batched.length / batchSize) }, (_, index) =>
    batched.slice(index * batchSize, (index + 1) * batchSize),
  )
  const failures = await inParallel(batches, batch => removeBatch(client, bucket, batch))
  return [...failures, ...(await inParallel(single, target => removeOne(client, bucket, target)))]
}

async function removeBatch(client: S3Client, bucket: string, targets: Target[]): Promise<RemoveFailure[]> {
  const command = new DeleteObjectsCommand({
    Bucket: bucket,
    Delete: { Objects: targets.map(({ key, version }) => ({ Key: key, VersionId: version })), Quiet: true },
  })
  // Compatible stores that predate the SDK's checksum headers insist on this one, and AWS takes both.
  command.middlewareStack.add(
    next => args => {
      const request = args.request as { headers: Record<string, string>; body: string | Uint8Array }
      request.headers['content-md5'] = createHash('md5').update(request.body).digest('base64')
      return next(args)
    },
    { step: 'build', name: 'contentMd5' },
  )
  try {
    const answer = await client.send(command)
    return (answer.Errors ?? []).map(({ Key = '', VersionId, Code = 'Unknown', Message = Code }) => ({
      key: Key,
      ...(VersionId !== undefined && { version: VersionId }),
      code: Code,
      message: Message,
    }))
  } catch (error) {
    // Not every compatible store deletes in batches.
    if (!['NotImplemented', 'MethodNotAllowed'].includes(factsOf(error).code)) throw error
    return await inParallel(targets, target => removeOne(client, bucket, target))
  }
}

async function removeOne(client: S3Client, bucket: string, { key, version }: Target): Promise<RemoveFailure[]> {
  try {
    await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key, VersionId: version }))
    return []
  } catch (error) {
    const { code, status } = factsOf(error)
    if (code === 'NoSuchKey') return []
    // Without an answer, or for the whole bucket: not this key's failure.
    if (status === undefined || code === 'NoSuchBucket') throw error
    return [{ key, ...(version !== undefined && { version }), code, message: messageOf(error) }]
  }
}

async function inParallel<T>(items: T[], action: (item: T) => Promise<RemoveFailure[]>): Promise<RemoveFailure[]> {
  const failures: RemoveFailure[] = []
  const rest = items.values()
  const worker = async () => {
    for (const item of rest) failures.push(...(await action(item)))
  }
  await Promise.all(Array.from({ length: width }, worker))
  return failures
}
