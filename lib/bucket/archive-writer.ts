import type { ObjectStore, Part } from '../store/types.ts'
import type { ArchiveMember } from './archive-index.ts'
import { sha256 } from './segments.ts'
import { SIZES } from './sizes.ts'
import { PartQueue } from './upload.ts'

/** Where an archive stands, as a checkpoint keeps it. */
export interface ArchiveState {
  uploadId?: string
  parts: Part[]
  /** Bytes in `parts`. */
  partBytes: number
  /** The segment with the members that do not fill a part yet; absent where there are none. */
  tail?: string
}

/** An earlier holder may still have some parts in flight: its successor's numbers begin above any of those. */
const PART_GAP = 16

/**
 * Writes the archive: members in the order given, gathered into parts, parts uploaded some at once. Below one part's
 * size nothing is written before the end, and then by a single PUT.
 */
export class ArchiveWriter {
  #store: ObjectStore
  #key: string
  #queue: Promise<PartQueue> | undefined
  #earlier: Part[] = []
  #nextPart = 1
  #pending: Buffer[] = []
  #pendingBytes = 0
  /** Bytes before `#pending`. */
  #partBytes = 0
  #cuts = 0
  #work: Promise<void> = Promise.resolve()
  #onUpload: () => void
  #limit: number

  /** `onUpload` is called when a multipart upload has begun, so that a checkpoint may name it. */
  constructor(
    store: ObjectStore,
    key: string,
    options: { from?: ArchiveState; tail?: Buffer; onUpload?: () => void; partBytes?: number } = {},
  ) {
    this.#store = store
    this.#key = key
    this.#onUpload = options.onUpload ?? (() => {})
    this.#limit = options.partBytes ?? SIZES.part
    const { from, tail } = options
    if (from?.uploadId !== undefined) {
      this.#earlier = from.parts
      this.#nextPart = (from.parts.at(-1)?.partNumber ?? 0) + PART_GAP
      this.#partBytes = from.partBytes
      this.#queue = Promise.resolve(new PartQueue(store, key, from.uploadId, this.#nextPart))
    }
    if (tail !== undefined) this.#take(tail)
  }

  /** Bytes of archive so far. */
  get size(): number {
    return this.#partBytes + this.#pendingBytes
  }

  /**
   * Adds a compressed member. The place is taken before this returns; await the answer before adding more, for it waits
   * while too many parts are on their way, and throws where one failed.
   */
  append(
    gz: Buffer,
    about: Pick<ArchiveMember, 'resource' | 'first' | 'last' | 'items'>,
  ): { member: ArchiveMember; done: Promise<void> } {
    const member = { ...about, offset: this.size, length: gz.length, sha256: sha256(gz) }
    this.#take(gz)
    if (this.#pendingBytes >= this.#limit) this.#cutPart()
    return { member, done: this.#work }
  }

  /** The state at this very moment; the answer comes when all that it names is in the store. */
  snapshot(putTail: (tail: Buffer) => Promise<string>): Promise<ArchiveState> {
    const tail = Buffer.concat(this.#pending)
    const partBytes = this.#partBytes
    const earlier = this.#earlier
    const cuts = this.#cuts
    const [queue, work] = [this.#queue, this.#work]
    return (async () => {
      await work
      const stored = tail.length > 0 ? { tail: await putTail(tail) } : {}
      if (queue === undefined) return { parts: [], partBytes, ...stored }
      const { uploadId, parts } = await queue.then(async q => ({ uploadId: q.uploadId, parts: await q.parts(cuts) }))
      return { uploadId, parts: [...earlier, ...parts], partBytes, ...stored }
    })()
  }

  /** Ends the archive. Throws PreconditionFailedError where an object has its key already. */
  async finish(): Promise<{ etag: string; size: number }> {
    const size = this.size
    const rest = Buffer.concat(this.#pending)
    await this.#work
    if (this.#queue === undefined) return { ...(await this.#store.put(this.#key, rest, { ifNoneMatch: '*' })), size }
    const queue = await this.#queue
    if (rest.length > 0) await queue.add(rest)
    const parts = [...this.#earlier, ...(await queue.parts())]
    return { ...(await this.#store.completeUpload(this.#key, queue.uploadId, parts, { ifNoneMatch: '*' })), size }
  }

  /** Done when nothing is on its way to the store any more, whether it arrived or not. */
  async idle(): Promise<void> {
    await this.#work.catch(() => {})
    await (await this.#queue?.catch(() => undefined))?.parts().catch(() => {})
  }

  #take(bytes: Buffer): void {
    this.#pending.push(bytes)
    this.#pendingBytes += bytes.length
  }

  #cutPart(): void {
    const body = Buffer.concat(this.#pending)
    this.#pending = []
    this.#partBytes += this.#pendingBytes
    this.#pendingBytes = 0
    this.#cuts++
    this.#queue ??= this.#begin()
    const queue = this.#queue
    this.#work = this.#work.then(async () => (await queue).add(body))
    this.#work.catch(() => {})
  }

  async #begin(): Promise<PartQueue> {
    const queue = new PartQueue(this.#store, this.#key, await this.#store.createUpload(this.#key))
    this.#onUpload()
    return queue
  }
}
