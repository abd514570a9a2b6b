import { randomUUID } from 'node:crypto'
import { unlink } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { checkedBody } from '../body.ts'
import { checkRange } from '../keys.ts'
import { checkPartNumber, checkParts } from '../parts.ts'
import { purgeListed } from '../purge.ts'
import {
  type ByteRange,
  type Condition,
  type DeleteFailure,
  type ListPage,
  type ObjectInfo,
  ObjectNotFoundError,
  type ObjectStore,
  type Part,
  type Purged,
  type StoredObject,
  StoreError,
  type Upload,
} from '../types.ts'
import { commit } from './commit.ts'
import { completeUpload } from './complete.ts'
import { type Current, currentObject, look, lookAndOpen } from './current.ts'
import { writeDraft } from './draft.ts'
import { bucketMissing, fileError, ifAbsent } from './errors.ts'
import { Layout } from './layout.ts'
import { listObjects } from './list.ts'
import { removeObject } from './remove.ts'
import { sweepDrafts } from './sweep.ts'
import { createUpload, hasUpload, listUploads, removeUpload, writePart } from './uploads.ts'

/** Deletions side by side. */
const width = 16

/**
 * A folder as an object store: each object is a plain file at its key. Writes are atomic and conditional writes exclusive
 * between processes and machines, with link(2) and rename(2) alone, so also on NFS; processes may be killed at any time.
 * What is not an object lies in `.lateen/`. Reading writes nothing. `newId` makes UUIDs.
 */
export class FileStore implements ObjectStore {
  readonly url: string
  readonly #layout: Layout
  readonly #newId: () => string
  #swept = false

  constructor(bucket: string, prefix: string, newId: () => string = randomUUID) {
    this.#layout = new Layout(bucket, prefix)
    this.#newId = newId
    this.url = pathToFileURL(this.#layout.root).href
  }

  async get(key: string, range?: ByteRange): Promise<StoredObject> {
    if (range) checkRange(range)
    const found = await this.#do(`read ${JSON.stringify(key)}`, () => currentObject(this.#layout, key, lookAndOpen))
    if (!found?.file) throw (await bucketMissing(this.#layout)) ?? new ObjectNotFoundError(key)
    if (range && range.start >= found.size) {
      await found.file.close()
      throw new StoreError(`${JSON.stringify(key)} has ${found.size} bytes, none at ${range.start}`, {
        code: 'InvalidRange',
      })
    }
    const start = range?.start ?? 0
    const length = Math.min(range?.end ?? Number.POSITIVE_INFINITY, found.size - 1) - start + 1
    const source = found.file.createReadStream({
      start,
      end: start + Math.max(length - 1, 0),
      highWaterMark: 256 * 1024,
    })
    return { ...describe(key, found), body: checkedBody(source, length, key) }
  }

  async head(key: string): Promise<ObjectInfo | undefined> {
    const found = await this.#do(`read ${JSON.stringify(key)}`, () => currentObject(this.#layout, key, look))
    if (found) return describe(key, found)
    const missing = await bucketMissing(this.#layout)
    if (missing) throw missing
    return undefined
  }

  async put(key: string, body: Uint8Array | string, condition: Condition = {}): Promise<{ etag: string }> {
    return await this.#do(`write ${JSON.stringify(key)}`, async () => {
      this.#layout.object(key)
      const draft = await writeDraft(this.#layout, this.#layout.drafts, this.#newId(), file => file.writeFile(body))
      try {
        await commit(this.#layout, key, draft, condition, this.#newId)
      } finally {
        await unlink(draft.path).catch(ifAbsent)
      }
      await this.#sweepOnce(draft.mtimeNs)
      return { etag: draft.identity }
    })
  }

  async *list(prefix: string, options: { delimiter?: '/' } = {}): AsyncGenerator<ListPage> {
    try {
      yield* listObjects(this.#layout, prefix, options.delimiter)
    } catch (error) {
      throw await fileError(error, `list ${JSON.stringify(prefix)}`, this.#layout)
    }
  }

  async delete(keys: string[]): Promise<DeleteFailure[]> {
    const failures: DeleteFailure[] = []
    const rest = keys.values()
    const worker = async () => {
      for (const key of rest) {
        try {
          await this.#do(`delete ${JSON.stringify(key)}`, () => removeObject(this.#layout, key, this.#newId))
        } catch (error) {
          if (!(error instanceof StoreError) || error.code === 'NoSuchBucket') throw error
          failures.push({ key, code: error.code, message: error.message })
        }
      }
    }
    await Promise.all(Array.from({ length: width }, worker))
    return failures
  }

  purge(prefix: string): AsyncIterable<Purged> {
    return purgeListed(this, prefix)
  }

  async createUpload(key: string): Promise<string> {
    return await this.#do(`upload ${JSON.stringify(key)}`, () => createUpload(this.#layout, key, this.#newId))
  }

  async uploadPart(key: string, uploadId: string, partNumber: number, body: Uint8Array): Promise<Part> {
    checkPartNumber(partNumber)
    return await this.#do(`upload part ${partNumber} of ${JSON.stringify(key)}`, () =>
      writePart(this.#layout, key, uploadId, partNumber, body, this.#newId),
    )
  }

  async completeUpload(
    key: string,
    uploadId: string,
    parts: Part[],
    condition: Condition = {},
  ): Promise<{ etag: string }> {
    checkParts(key, parts)
    return await this.#do(`complete the upload of ${JSON.stringify(key)}`, () =>
      completeUpload(this.#layout, key, uploadId, parts, condition, this.#newId),
    )
  }

  async abortUpload(key: string, uploadId: string): Promise<void> {
    await this.#do(`abort the upload of ${JSON.stringify(key)}`, async () => {
      if (await hasUpload(this.#layout, key, uploadId)) await removeUpload(this.#layout, uploadId, this.#newId)
    })
  }

  async *listUploads(): AsyncGenerator<Upload> {
    try {
      yield* listUploads(this.#layout)
    } catch (error) {
      throw await fileError(error, 'list uploads', this.#layout)
    }
  }

  async close(): Promise<void> {}

  async #do<T>(what: string, action: () => Promise<T>): Promise<T> {
    try {
      return await action()
    } catch (error) {
      throw await fileError(error, what, this.#layout)
    }
  }

  async #sweepOnce(nowNs: bigint): Promise<void> {
    if (this.#swept) return
    this.#swept = true
    await sweepDrafts(this.#layout, nowNs)
  }
}

function describe(key: string, { identity, size, lastModified }: Current): ObjectInfo {
  return { key, size, etag: identity, lastModified }
}
