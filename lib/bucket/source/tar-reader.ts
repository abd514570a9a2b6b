import { TAR_BLOCK } from '../tar.ts'
import { HostileArchiveError } from './errors.ts'
import { hasContent, readHeader, readPax, TarDamagedError, type TarHeader, text } from './tar-header.ts'

/** Whom a reader tells of an archive's entries, in their order. */
export interface TarVisitor {
  /** Whether the content is wanted; that of other entries is passed over. */
  wants(header: TarHeader): boolean
  /** A wanted entry, whole. The content may be a view into what was pushed: copy what is to stay. */
  entry(header: TarHeader, content: Buffer): void
}

/** Headers about the next header: more than this is not for any path. */
const LARGEST_EXTENSION = 1 << 20
const EXTENSIONS = new Set(['L', 'K', 'x', 'X'])
const GLOBAL = 'g'
const EMPTY = Buffer.alloc(0)

/**
 * Reads a tar while it arrives: USTAR, GNU's long names, PAX, and what is older. Content is not copied but where it
 * spans chunks, and never held where it is not wanted. Global PAX headers say nothing about a single file, and are
 * passed over as Go does.
 */
export class TarReader {
  #visitor: TarVisitor
  /** The beginning of a header whose rest comes with the next chunk. */
  #head = Buffer.alloc(TAR_BLOCK)
  #headBytes = 0
  /** Whose content is being gathered. */
  #entry: TarHeader | undefined
  #pieces: Buffer[] = []
  /** Bytes of content that are still to come, and after those, of what is to be passed over. */
  #missing = 0
  #skip = 0
  #longName = ''
  #pax: { path?: string; size?: number } = {}
  #ended = false

  constructor(visitor: TarVisitor) {
    this.#visitor = visitor
  }

  /** The end mark was seen: what comes after it is not part of the archive. */
  get ended(): boolean {
    return this.#ended
  }

  /** An entry has begun and not ended. */
  get within(): boolean {
    const announced = this.#longName !== '' || this.#pax.path !== undefined
    return this.#headBytes > 0 || this.#entry !== undefined || this.#skip > 0 || announced
  }

  /** Throws TarDamagedError, HostileArchiveError, and what the visitor throws. */
  push(chunk: Buffer): void {
    let at = 0
    while (at < chunk.length && !this.#ended) {
      if (this.#entry !== undefined) at = this.#gather(chunk, at)
      else if (this.#skip > 0) {
        const bytes = Math.min(this.#skip, chunk.length - at)
        this.#skip -= bytes
        at += bytes
      } else at = this.#header(chunk, at)
    }
  }

  #header(chunk: Buffer, at: number): number {
    if (this.#headBytes === 0 && chunk.length - at >= TAR_BLOCK) {
      this.#begin(readHeader(chunk, at))
      return at + TAR_BLOCK
    }
    const copied = chunk.copy(this.#head, this.#headBytes, at)
    this.#headBytes += copied
    if (this.#headBytes === TAR_BLOCK) {
      this.#headBytes = 0
      this.#begin(readHeader(this.#head, 0))
    }
    return at + copied
  }

  #begin(header: TarHeader | undefined): void {
    if (header === undefined) {
      this.#ended = true
      return
    }
    if (EXTENSIONS.has(header.type)) {
      if (header.size > LARGEST_EXTENSION)
        throw new HostileArchiveError(`it has a header of ${header.size} bytes, where a path needs some hundred`)
      this.#take(header)
    } else if (header.type !== GLOBAL && this.#visitor.wants(this.#extended(header))) this.#take(header)
    else this.#skip = padded(header.size)
  }

  /** With what the headers before it say. */
  #extended(header: TarHeader): TarHeader {
    const { path, size } = this.#pax
    if (path !== undefined) header.path = path
    if (this.#longName !== '') header.path = this.#longName
    if (size !== undefined && hasContent(header.type)) header.size = size
    this.#pax = {}
    this.#longName = ''
    return header
  }

  #take(header: TarHeader): void {
    this.#missing = header.size
    this.#skip = padded(header.size) - header.size
    if (header.size === 0) this.#done(header, EMPTY)
    else this.#entry = header
  }

  #gather(chunk: Buffer, at: number): number {
    const end = Math.min(at + this.#missing, chunk.length)
    const piece = chunk.subarray(at, end)
    this.#missing -= piece.length
    if (this.#missing > 0) {
      this.#pieces.push(piece)
      return end
    }
    const header = this.#entry as TarHeader
    const content = this.#pieces.length === 0 ? piece : Buffer.concat([...this.#pieces, piece])
    this.#entry = undefined
    this.#pieces = []
    this.#done(header, content)
    return end
  }

  #done(header: TarHeader, content: Buffer): void {
    if (header.type === 'L') this.#longName = text(content, 0, content.length)
    else if (header.type === 'x' || header.type === 'X') this.#pax = readPax(content)
    else if (header.type !== 'K') this.#visitor.entry(header, content)
  }
}

function padded(size: number): number {
  return Math.ceil(size / TAR_BLOCK) * TAR_BLOCK
}

/** Reads a tar that is there as a whole, with or without its end mark. Throws TarDamagedError where it is cut short. */
export function readTar(tar: Buffer, visitor: TarVisitor): void {
  const reader = new TarReader(visitor)
  reader.push(tar)
  if (reader.within) throw new TarDamagedError('it ends within an entry')
}
