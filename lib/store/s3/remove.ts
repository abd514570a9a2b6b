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

/** Deletes objects by their full keys; answers those that stay. */
export async function removeObjects(client: S3Client, bucket: string, keys: string[]): Promise<DeleteFailure[]> {
  const single = keys.filter(key => notForXml.test(key))
  const batched = keys.filter(key => !notForXml.test(key))
  const batches = Array.from({ length: Math.ceil(batched.length / batchSize) }, (_, index) =>
    batched.slice(index * batchSize, (index + 1) * batchSize),
  )
  const failures = await inParallel(batches, batch => removeBatch(client, bucket, batch))
  return [...failures, ...(await inParallel(single, key => removeOne(client, bucket, key)))]
}

async function removeBatch(client: S3Client, bucket: string, keys: string[]): Promise<DeleteFailure[]> {
  const command = new DeleteObjectsCommand({
    Bucket: bucket,
    Delete: { Objects: keys.map(Key => ({ Key })), Quiet: true },
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
    return (answer.Errors ?? []).map(({ Key = '', Code = 'Unknown', Message = Code }) => ({
      key: Key,
      code: Code,
      message: Message,
    }))
  } catch (error) {
    // Not every compatible store deletes in batches.
    if (!['NotImplemented', 'MethodNotAllowed'].includes(factsOf(error).code)) throw error
    return await inParallel(keys, key => removeOne(client, bucket, key))
  }
}

async function removeOne(client: S3Client, bucket: string, key: string): Promise<DeleteFailure[]> {
  try {
    await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }))
    return []
  } catch (error) {
    const { code, status } = factsOf(error)
    if (code === 'NoSuchKey') return []
    // Without an answer, or for the whole bucket: not this key's failure.
    if (status === undefined || code === 'NoSuchBucket') throw error
    return [{ key, code, message: messageOf(error) }]
  }
}

async function inParallel<T>(items: T[], action: (item: T) => Promise<DeleteFailure[]>): Promise<DeleteFailure[]> {
  const failures: DeleteFailure[] = []
  const rest = items.values()
  const worker = async () => {
    for (const item of rest) failures.push(...(await action(item)))
  }
  await Promise.all(Array.from({ length: width }, worker))
  return failures
}
