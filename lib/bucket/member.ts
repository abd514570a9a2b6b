import { SIZES } from './sizes.ts'
import { entryBytesAtMost, writeHeader, writePadding } from './tar.ts'

/** An entry's bytes: `json`, or with a `head`, that in place of its opening brace. */
export interface EntryContent {
  head?: Buffer
  json: Buffer
}

export function contentSize({ head, json }: EntryContent): number {
  return head === undefined ? json.length : head.length + json.length - 1
}

export function contentBytes({ head, json }: EntryContent): Buffer {
  return head === undefined ? json : Buffer.concat([head, json.subarray(1)])
}

/** Tar blocks in the making: entries of one resource. Buffers of the usual size are used again (see BufferPool). */
export class MemberBuilder {
  #buffer: Buffer
  #length = 0
  #mtime: number
  #limit: number

  /** `mtime` of the entries, in seconds. */
  constructor(buffer: Buffer, mtime: number, limit = SIZES.member) {
    this.#buffer = buffer
    this.#limit = limit
    this.#mtime = mtime
  }

  get length(): number {
    return this.#length
  }

  /** Whether an object stored under these paths still fits. One too large for any member is alone in its own. */
  fits(paths: readonly string[], size: number): boolean {
    let bytes = this.#length
    for (const path of paths) bytes += entryBytesAtMost(path, size)
    return bytes <= this.#limit || this.#length === 0
  }

  /** One entry for each path, with the same bytes. */
  add(paths: readonly string[], content: EntryContent): void {
    const size = contentSize(content)
    const { head, json } = content
    for (const path of paths) {
      this.#reserve(entryBytesAtMost(path, size))
      let at = writeHeader(this.#buffer, this.#length, path, size, this.#mtime)
      if (head !== undefined) at += head.copy(this.#buffer, at)
      at += json.copy(this.#buffer, at, head === undefined ? 0 : 1)
      this.#length = writePadding(this.#buffer, at, size)
    }
  }

  /** The member's tar bytes, a view, and the buffer to give back once they were compressed. */
  take(): { tar: Buffer; buffer: Buffer } {
    return { tar: this.#buffer.subarray(0, this.#length), buffer: this.#buffer }
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes
    if (needed <= this.#buffer.length) return
    const larger = Buffer.allocUnsafeSlow(
      Math.min(Math.max(needed, this.#buffer.length * 4), Math.max(needed, SIZES.member)),
    )
    this.#buffer.copy(larger, 0, 0, this.#length)
    this.#buffer = larger
  }
}

/** Hands out buffers for members and takes them back: a run allocates some of 1 MiB and no more. */
export class BufferPool {
  #free: Buffer[] = []

  take(): Buffer {
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(FIRST_BYTES)
  }

  give(buffer: Buffer): void {
    if (buffer.length <= SIZES.member && this.#free.length < 32) this.#free.push(buffer)
  }
}

/** Most kinds have a few objects: their members start small. */
const FIRST_BYTES = 64 << 10
