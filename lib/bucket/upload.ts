import { createHash } from 'node:crypto'
import type { Condition, ObjectStore, Part } from '../store/types.ts'
import { SIZES } from './sizes.ts'

/** Parts of one upload in flight at once: two keep a connection busy, and each is held in memory. */
const IN_FLIGHT = 3

export interface Uploaded {
  etag: string
  size: number
  /** Hex. */
  sha256: string
}

/**
 * Stores a stream of unknown length under a key: by one PUT where it is small, else in parts. Nothing is
 * left behind where it fails, but for an upload whose abort fails too, which `listUploads` shows.
 */
export async function uploadStream(
  store: ObjectStore,
  key: string,
  chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
  options: { condition?: Condition; partBytes?: number } = {},
): Promise<Uploaded> {
  const { condition = { ifNoneMatch: '*' }, partBytes = SIZES.part } = options
  const hash = createHash('sha256')
  let size = 0
  let pending: Buffer[] = []
  let pendingBytes = 0
  let upload: PartQueue | undefined
  try {
    for await (const chunk of chunks) {
      hash.update(chunk)
      size += chunk.length
      pending.push(chunk)
      pendingBytes += chunk.length
      if (pendingBytes < partBytes) continue
      upload ??= new PartQueue(store, key, await store.createUpload(key))
      await upload.add(Buffer.concat(pending))
      pending = []
      pendingBytes = 0
    }
    const rest = Buffer.concat(pending)
    const sha256 = () => hash.digest('hex')
    if (upload === undefined) return { ...(await store.put(key, rest, condition)), size, sha256: sha256() }
    if (rest.length > 0) await upload.add(rest)
    return {
      ...(await store.completeUpload(key, upload.uploadId, await upload.parts(), condition)),
      size,
      sha256: sha256(),
    }
  } catch (error) {
    await upload?.abort()
    throw error
  }
}

/** Ends the uploads below a prefix that a dead holder has left, but for the one that is gone on with. */
export async function abortUploads(store: ObjectStore, prefix: string, kept?: string): Promise<void> {
  for await (const { key, uploadId } of store.listUploads())
    if (key.startsWith(prefix) && uploadId !== kept) await store.abortUpload(key, uploadId)
}

/** Uploads parts, some at once, in ascending numbers. */
export class PartQueue {
  readonly uploadId: string
  #store: ObjectStore
  #key: string
  #parts: Promise<Part>[] = []
  #next: number

  constructor(store: ObjectStore, key: string, uploadId: string, first = 1) {
    this.#store = store
    this.#key = key
    this.uploadId = uploadId
    this.#next = first
  }

  /** Begins an upload; waits while too many are under way. Throws the failure of an earlier one. */
  async add(body: Buffer): Promise<void> {
    const part = this.#store.uploadPart(this.#key, this.uploadId, this.#next++, body)
    part.catch(() => {}) // it is thrown by whoever waits for it, here or in parts()
    this.#parts.push(part)
    if (this.#parts.length >= IN_FLIGHT) await this.#parts[this.#parts.length - IN_FLIGHT]
  }

  /** The first `count` parts, or all so far, once they have arrived. */
  parts(count = this.#parts.length): Promise<Part[]> {
    return Promise.all(this.#parts.slice(0, count))
  }

  async abort(): Promise<void> {
    await Promise.allSettled(this.#parts)
    await this.#store.abortUpload(this.#key, this.uploadId)
  }
}
