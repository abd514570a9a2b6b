import { gzipQuickly } from '../gzip.ts'
import type { SegmentStore } from '../segments.ts'
import { SIZES } from '../sizes.ts'

/** Where a member lies: in memory, or in a segment whose key is known once it is stored. */
type Place = Buffer | { segment: Promise<string>; offset: number; length: number }

/** Members that are compressed, or segments that are stored, at the same time: with more, reading waits for a thread. */
const MOST_UNDER_WAY = 2

/**
 * Keeps members, compressed: in memory while they fit in there, the others in segments of some MiB each. What is kept
 * where depends on timing; nothing else does.
 */
export class MemberStash<Member extends object> {
  #scratch: SegmentStore
  #memoryBytes: number
  #keptBytes = 0
  #places = new Map<Member, Place>()
  #pending: Buffer[] = []
  #pendingBytes = 0
  #segment = Promise.withResolvers<string>()
  #waiting: (() => Promise<void>)[] = []
  #underWay = 0
  #wake: (() => void)[] = []
  #failure: unknown

  constructor(scratch: SegmentStore, memoryBytes: number) {
    this.#scratch = scratch
    this.#memoryBytes = memoryBytes
  }

  /** Takes a member's tar, which must not change until `taken` is called. Await `ready()` now and then. */
  put(member: Member, tar: Buffer, taken: () => void): void {
    this.#begin(async () => {
      const gz = await gzipQuickly(tar)
      taken()
      this.#keep(member, gz)
    })
  }

  /** Waits until no more is to be done than can be at once. Throws what failed. */
  async ready(): Promise<void> {
    while (this.#waiting.length > 0) await this.#change()
    if (this.#failure !== undefined) throw this.#failure
  }

  /** Done when every member can be read. Throws what failed. */
  async finish(): Promise<void> {
    await this.idle()
    this.#store()
    await this.idle()
    if (this.#failure !== undefined) throw this.#failure
  }

  /** Done when nothing is under way any more, whether it failed or not. */
  async idle(): Promise<void> {
    while (this.#underWay > 0) await this.#change()
  }

  /** A member's gzip file; `undefined` where it was never put here. */
  async read(member: Member, signal?: AbortSignal): Promise<Buffer | undefined> {
    const place = this.#places.get(member)
    if (place === undefined || Buffer.isBuffer(place)) return place
    return this.#scratch.readRange(await place.segment, place, signal)
  }

  #keep(member: Member, gz: Buffer): void {
    if (this.#keptBytes + gz.length <= this.#memoryBytes) {
      this.#keptBytes += gz.length
      // zlib's buffer is larger than what it gives of it.
      this.#places.set(member, gz.length < gz.buffer.byteLength ? Buffer.from(gz) : gz)
      return
    }
    this.#places.set(member, { segment: this.#segment.promise, offset: this.#pendingBytes, length: gz.length })
    this.#pending.push(gz)
    this.#pendingBytes += gz.length
    if (this.#pendingBytes >= SIZES.part) this.#store()
  }

  #store(): void {
    if (this.#pendingBytes === 0) return
    const { resolve } = this.#segment
    const body = Buffer.concat(this.#pending)
    this.#pending = []
    this.#pendingBytes = 0
    this.#segment = Promise.withResolvers()
    this.#begin(async () => resolve(await this.#scratch.put('archive', body)))
  }

  #begin(work: () => Promise<void>): void {
    this.#waiting.push(work)
    if (this.#underWay < MOST_UNDER_WAY) void this.#work()
  }

  async #work(): Promise<void> {
    this.#underWay++
    for (let work = this.#waiting.shift(); work !== undefined; work = this.#waiting.shift()) {
      // After a failure nothing of this is used.
      if (this.#failure === undefined)
        await work().catch(error => {
          this.#failure = error
        })
      for (const wake of this.#wake.splice(0)) wake()
    }
    this.#underWay--
    for (const wake of this.#wake.splice(0)) wake()
  }

  #change(): Promise<void> {
    return new Promise(resolve => this.#wake.push(resolve))
  }
}
