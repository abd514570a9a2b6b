import { createHash, randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { checkedBody } from '../../lib/store/body.ts'
import { checkKey, checkRange } from '../../lib/store/keys.ts'
import { checkPartNumber, checkParts, minPartBytes } from '../../lib/store/parts.ts'
import { purgeListed } from '../../lib/store/purge.ts'
import {
  type ByteRange,
  type Condition,
  type DeleteFailure,
  type ListPage,
  type ObjectInfo,
  ObjectNotFoundError,
  type ObjectStore,
  type Part,
  PreconditionFailedError,
  type Purged,
  type StoredObject,
  StoreError,
  type Upload,
  UploadNotFoundError,
} from '../../lib/store/types.ts'

interface Kept {
  body: Buffer
  etag: string
  lastModified: Date
}

const PAGE = 1000

/** An object store in memory that keeps every promise of the interface: see test/suites/store.ts. */
export class MemoryStore implements ObjectStore {
  readonly url = 'memory:///'
  readonly objects = new Map<string, Kept>()
  readonly uploads = new Map<string, { key: string; parts: Map<number, Buffer>; initiated: Date }>()

  readonly #smallestPart: number
  readonly #now: () => Date

  /** With `smallestPart` 0, parts of any size are taken, for tests that want many with little data. `now`: the server's clock. */
  constructor(smallestPart = minPartBytes, now = () => new Date()) {
    this.#smallestPart = smallestPart
    this.#now = now
  }

  /** Another store with the same objects. */
  copy(): MemoryStore {
    const copy = new MemoryStore(this.#smallestPart, this.#now)
    for (const [key, kept] of this.objects) copy.objects.set(key, kept)
    return copy
  }

  async get(key: string, range?: ByteRange): Promise<StoredObject> {
    checkKey(key)
    if (range) checkRange(range)
    const found = this.objects.get(key)
    if (found === undefined) throw new ObjectNotFoundError(key)
    if (range && range.start >= found.body.length)
      throw new StoreError(`${key} has no byte ${range.start}`, { code: 'InvalidRange' })
    const body = range ? found.body.subarray(range.start, (range.end ?? Number.POSITIVE_INFINITY) + 1) : found.body
    return { ...info(key, found), body: checkedBody(Readable.from([body], { objectMode: false }), body.length, key) }
  }

  async head(key: string): Promise<ObjectInfo | undefined> {
    checkKey(key)
    const found = this.objects.get(key)
    return found && info(key, found)
  }

  async put(key: string, body: Uint8Array | string, condition: Condition = {}): Promise<{ etag: string }> {
    checkKey(key)
    return this.#store(key, Buffer.from(body as Uint8Array), condition)
  }

  async *list(prefix: string, options: { delimiter?: '/' } = {}): AsyncGenerator<ListPage> {
    const keys = [...this.objects.keys()].filter(key => key.startsWith(prefix)).sort(byBytes)
    const folder = (key: string) => {
      const end = options.delimiter ? key.indexOf('/', prefix.length) : -1
      return end < 0 ? undefined : key.slice(0, end + 1)
    }
    const prefixes = [...new Set(keys.map(folder).filter(found => found !== undefined))]
    const plain = keys.filter(key => folder(key) === undefined)
    for (let at = 0; at === 0 || at < plain.length; at += PAGE) {
      const objects = plain.slice(at, at + PAGE).flatMap(key => {
        const found = this.objects.get(key)
        return found ? [info(key, found)] : []
      })
      yield { objects, prefixes: at === 0 ? prefixes : [] }
    }
  }

  async delete(keys: string[]): Promise<DeleteFailure[]> {
    for (const key of keys) checkKey(key)
    for (const key of keys) this.objects.delete(key)
    return []
  }

  purge(prefix: string): AsyncIterable<Purged> {
    return purgeListed(this, prefix)
  }

  async createUpload(key: string): Promise<string> {
    checkKey(key)
    const id = randomUUID()
    this.uploads.set(id, { key, parts: new Map(), initiated: this.#now() })
    return id
  }

  async uploadPart(key: string, uploadId: string, partNumber: number, body: Uint8Array): Promise<Part> {
    checkPartNumber(partNumber)
    const upload = this.#upload(key, uploadId)
    const bytes = Buffer.from(body)
    upload.parts.set(partNumber, bytes)
    return { partNumber, etag: digest(bytes) }
  }

  async completeUpload(
    key: string,
    uploadId: string,
    parts: Part[],
    condition: Condition = {},
  ): Promise<{ etag: string }> {
    checkParts(key, parts)
    const upload = this.#upload(key, uploadId)
    const bodies = parts.map(({ partNumber, etag }) => {
      const body = upload.parts.get(partNumber)
      if (body === undefined || digest(body) !== etag)
        throw new StoreError(`part ${partNumber} of ${key} is not the one named`, { code: 'InvalidPart' })
      return body
    })
    if (bodies.slice(0, -1).some(body => body.length < this.#smallestPart))
      throw new StoreError(`a part of ${key} is too small`, { code: 'EntityTooSmall' })
    const stored = this.#store(key, Buffer.concat(bodies), condition)
    this.uploads.delete(uploadId)
    return stored
  }

  async abortUpload(key: string, uploadId: string): Promise<void> {
    if (this.uploads.get(uploadId)?.key === key) this.uploads.delete(uploadId)
  }

  async *listUploads(): AsyncGenerator<Upload> {
    for (const [uploadId, { key, initiated }] of [...this.uploads]) yield { key, uploadId, initiated }
  }

  async close(): Promise<void> {}

  #upload(key: string, uploadId: string) {
    const upload = this.uploads.get(uploadId)
    if (upload?.key !== key) throw new UploadNotFoundError(key)
    return upload
  }

  #store(key: string, body: Buffer, { ifNoneMatch, ifMatch }: Condition): { etag: string } {
    const there = this.objects.get(key)
    if (ifNoneMatch !== undefined && there !== undefined) throw new PreconditionFailedError(key)
    if (ifMatch !== undefined && there?.etag !== ifMatch) throw new PreconditionFailedError(key)
    const etag = randomUUID()
    this.objects.set(key, { body, etag, lastModified: this.#now() })
    return { etag }
  }
}

const digest = (body: Buffer) => createHash('md5').update(body).digest('hex')
const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b))
const info = (key: string, { body, etag, lastModified }: Kept): ObjectInfo => ({
  key,
  size: body.length,
  etag,
  lastModified,
})
