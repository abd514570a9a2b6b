import type { Readable } from 'node:stream'
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { checkedBody } from '../body.ts'
import { checkKey, checkRange } from '../keys.ts'
import { checkPartNumber, checkParts } from '../parts.ts'
import { purgeListed } from '../purge.ts'
import {
  type ByteRange,
  type Condition,
  type DeleteFailure,
  type ListPage,
  type ObjectInfo,
  type ObjectStore,
  type Part,
  type Protection,
  type Purged,
  type StoredObject,
  StoreError,
  type Upload,
  UploadNotFoundError,
} from '../types.ts'
import { checksumOf, completedPart, partOf } from './checksums.ts'
import { conditionFor, settledWrite } from './conditions.ts'
import { factsOf, type Place, storeError } from './errors.ts'
import { infoOf } from './info.ts'
import { listObjects, listUploads } from './list.ts'
import type { Parameters } from './parameters.ts'
import { protectionOf } from './protection.ts'
import { keepsVersions, purgeVersions } from './purge.ts'
import { removeObjects } from './remove.ts'
import type { S3Settings } from './settings.ts'
import { etagIfCompleted, etagIfStored } from './settle.ts'

export interface S3Connection {
  settings: S3Settings
  parameters: Parameters
  client: S3Client
  /** For URLs that are given away: the publicUrl's client, or the same one. */
  publicClient: S3Client
}

/** A bucket of S3 or of a compatible store, below a prefix. Failures come as StoreErrors that name bucket and server. */
export class S3Store implements ObjectStore {
  readonly url: string
  readonly #s3: S3Connection
  readonly #root: string
  readonly #place: Place
  #versioned: Promise<boolean> | undefined

  constructor(connection: S3Connection) {
    const { bucket, prefix, endpoint } = connection.settings
    this.#s3 = connection
    this.#root = prefix
    this.#place = { bucket, server: endpoint ?? 'AWS' }
    this.url = `s3://${bucket}${prefix === '' ? '' : `/${prefix.slice(0, -1)}`}`
  }

  async get(key: string, range?: ByteRange): Promise<StoredObject> {
    if (range) checkRange(range)
    const Range = range && `bytes=${range.start}-${range.end ?? ''}`
    const answer = await this.#do('read', key, () =>
      this.#s3.client.send(new GetObjectCommand({ ...this.#object(key), Range, ...this.#s3.parameters.content })),
    )
    const body = answer.Body as Readable
    const length = answer.ContentLength ?? 0
    const size = range ? Number(/\/(\d+)$/.exec(answer.ContentRange ?? '')?.[1]) : length
    if (Number.isNaN(size)) {
      body.destroy()
      throw new StoreError(`${this.#place.server} answers the whole of ${JSON.stringify(key)} instead of a range`, {
        code: 'RangeIgnored',
        next: 'Use a store that serves ranges, as S3 does.',
      })
    }
    return { ...infoOf(key, { ...answer, ContentLength: size }), body: checkedBody(body, length, key) }
  }

  async head(key: string): Promise<ObjectInfo | undefined> {
    return await this.#do('read', key, async () => {
      try {
        const found = await this.#s3.client.send(
          new HeadObjectCommand({ ...this.#object(key), ...this.#s3.parameters.content }),
        )
        return infoOf(key, found)
      } catch (error) {
        if (factsOf(error).status === 404) return undefined
        throw error
      }
    })
  }

  async put(key: string, body: Uint8Array | string, condition: Condition = {}): Promise<{ etag: string }> {
    const bytes = bufferOf(body)
    return await this.#do('write', key, () =>
      settledWrite(
        condition,
        async () => {
          const { ETag = '' } = await this.#s3.client.send(
            new PutObjectCommand({
              ...this.#object(key),
              Body: bytes,
              ...conditionFor(condition),
              ...checksumOf(this.#s3.settings),
              ...this.#s3.parameters.create,
              ...this.#s3.parameters.content,
            }),
          )
          return ETag
        },
        () => etagIfStored(this, key, bytes),
      ),
    )
  }

  async *list(prefix: string, options: { delimiter?: '/' } = {}): AsyncGenerator<ListPage> {
    try {
      yield* listObjects(this.#s3.client, this.#place.bucket, this.#root, prefix, options.delimiter)
    } catch (error) {
      throw storeError(error, this.#place, `list ${prefix === '' ? 'the bucket' : JSON.stringify(prefix)}`)
    }
  }

  async delete(keys: string[]): Promise<DeleteFailure[]> {
    for (const key of keys) checkKey(key, this.#root)
    try {
      const targets = keys.map(key => ({ key: this.#root + key }))
      const failures = await removeObjects(this.#s3.client, this.#place.bucket, targets)
      return failures.map(({ key, code, message }) => ({ key: key.slice(this.#root.length), code, message }))
    } catch (error) {
      throw storeError(error, this.#place, `delete ${keys.length} objects`)
    }
  }

  async *purge(prefix: string): AsyncGenerator<Purged> {
    try {
      this.#versioned ??= keepsVersions(this.#s3.client, this.#place.bucket)
      if (await this.#versioned) yield* purgeVersions(this.#s3.client, this.#place.bucket, this.#root, prefix)
      else yield* purgeListed(this, prefix)
    } catch (error) {
      throw storeError(error, this.#place, `delete ${JSON.stringify(prefix)}`)
    }
  }

  async createUpload(key: string): Promise<string> {
    const answer = await this.#do('upload', key, () =>
      this.#s3.client.send(
        new CreateMultipartUploadCommand({
          ...this.#object(key),
          ...checksumOf(this.#s3.settings),
          ...this.#s3.parameters.create,
          ...this.#s3.parameters.content,
        }),
      ),
    )
    return answer.UploadId ?? ''
  }

  async uploadPart(key: string, uploadId: string, partNumber: number, body: Uint8Array): Promise<Part> {
    checkPartNumber(partNumber)
    const answer = await this.#do(`upload part ${partNumber} of`, key, () =>
      this.#s3.client.send(
        new UploadPartCommand({
          ...this.#object(key),
          UploadId: uploadId,
          PartNumber: partNumber,
          Body: body,
          ...checksumOf(this.#s3.settings),
          ...this.#s3.parameters.content,
        }),
      ),
    )
    return partOf(partNumber, answer, this.#s3.settings)
  }

  async completeUpload(
    key: string,
    uploadId: string,
    parts: Part[],
    condition: Condition = {},
  ): Promise<{ etag: string }> {
    checkParts(key, parts)
    return await this.#do('complete the upload of', key, () =>
      settledWrite(
        condition,
        async () => {
          const { ETag = '' } = await this.#s3.client.send(
            new CompleteMultipartUploadCommand({
              ...this.#object(key),
              UploadId: uploadId,
              MultipartUpload: { Parts: parts.map(completedPart) },
              ...conditionFor(condition),
              ...this.#s3.parameters.content,
            }),
          )
          return ETag
        },
        () => etagIfCompleted(this, key, parts),
      ),
    )
  }

  async abortUpload(key: string, uploadId: string): Promise<void> {
    try {
      await this.#do('abort the upload of', key, () =>
        this.#s3.client.send(new AbortMultipartUploadCommand({ ...this.#object(key), UploadId: uploadId })),
      )
    } catch (error) {
      if (!(error instanceof UploadNotFoundError)) throw error
    }
  }

  async *listUploads(): AsyncGenerator<Upload> {
    try {
      const isAws = this.#s3.settings.endpoint === undefined
      yield* listUploads(this.#s3.client, this.#place.bucket, this.#root, isAws)
    } catch (error) {
      throw storeError(error, this.#place, 'list uploads')
    }
  }

  async presignGet(key: string, expiresInSeconds: number): Promise<string> {
    const { getSignedUrl } = await import('@aws-sdk/s3-request-presigner')
    return await this.#do('sign a URL of', key, () =>
      getSignedUrl(this.#s3.publicClient, new GetObjectCommand(this.#object(key)), { expiresIn: expiresInSeconds }),
    )
  }

  async protection(): Promise<Protection | undefined> {
    try {
      return await protectionOf(this.#s3.client, this.#place.bucket)
    } catch (error) {
      throw storeError(error, this.#place, 'read the settings of the bucket')
    }
  }

  async close(): Promise<void> {
    this.#s3.client.destroy()
    this.#s3.publicClient.destroy()
  }

  #object(key: string): { Bucket: string; Key: string } {
    checkKey(key, this.#root)
    return { Bucket: this.#place.bucket, Key: this.#root + key }
  }

  async #do<T>(verb: string, key: string, action: () => Promise<T>): Promise<T> {
    try {
      return await action()
    } catch (error) {
      throw storeError(error, this.#place, `${verb} ${JSON.stringify(key)}`, key)
    }
  }
}

function bufferOf(body: Uint8Array | string): Buffer {
  return typeof body === 'string' ? Buffer.from(body) : Buffer.from(body.buffer, body.byteOffset, body.byteLength)
}
