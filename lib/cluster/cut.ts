import { type RawItem, readItem } from './item.ts'

/** What a list says beside its items. */
export interface ListEnvelope {
  apiVersion?: string
  kind?: string
  metadata?: { continue?: string; resourceVersion?: string; remainingItemCount?: number }
}

const QUOTE = 34
const BACKSLASH = 92
/** Strings up to this many bytes are read byte by byte: a native search costs as much as some dozens of them. */
const SHORT_STRING = 64
/** Above this a list's frame is no frame: the answer is not a list. */
const LARGEST_ENVELOPE = 1 << 20

/**
 * Cuts the items out of a list's JSON while it arrives, so that a page is never held whole: only an object that spans
 * chunks is put together. Everything outside `items` is kept and parsed at the end. Order and white space are free.
 */
export class ListCutter {
  /** Bytes of an item that began in an earlier chunk. */
  #carry: Buffer[] = []
  #depth = 0
  #inString = false
  #escaped = false
  #where: 'envelope' | 'items' | 'item' = 'envelope'
  #envelope: Buffer[] = []
  #envelopeBytes = 0
  #envelopeDepth = 0
  #key: number[] = []
  #lastKey = ''
  #bare: boolean | undefined

  /** Takes the next bytes; answers the items that end in them. Throws SyntaxError where the bytes can't be a list. */
  push(chunk: Buffer): RawItem[] {
    const items: RawItem[] = []
    let at = 0
    while (at < chunk.length) {
      if (this.#where === 'item') at = this.#insideItem(chunk, at, items)
      else if (this.#where === 'items') at = this.#betweenItems(chunk, at)
      else at = this.#outside(chunk, at)
    }
    return items
  }

  /** The continue token, where it stands before the items, as API servers write it; else ''. */
  next(): string {
    if (this.#where === 'envelope') return ''
    const head = `${Buffer.concat(this.#envelope).toString('utf8')}]}`
    try {
      return (JSON.parse(head) as ListEnvelope).metadata?.continue ?? ''
    } catch {
      // Deeper than it can be, or no list: `end` tells.
      return ''
    }
  }

  /** The list without its items. Throws SyntaxError where the list was cut short. */
  end(): ListEnvelope {
    if (this.#where !== 'envelope' || this.#envelopeDepth !== 0 || this.#envelopeBytes === 0)
      throw new SyntaxError('the list ends before its last item')
    const envelope: unknown = JSON.parse(Buffer.concat(this.#envelope).toString('utf8'))
    // A gateway's answer, or a Status, must not pass for a list without items.
    if (typeof envelope !== 'object' || envelope === null || !('items' in envelope))
      throw new SyntaxError('the answer is not a list')
    return envelope as ListEnvelope
  }

  /** The hot path: from `from` to the end of the item or of the chunk. Braces balance, so brackets need no count. */
  #insideItem(chunk: Buffer, from: number, items: RawItem[]): number {
    let depth = this.#depth
    let inString = this.#inString
    let at = from
    const end = chunk.length
    if (this.#escaped) {
      this.#escaped = false
      at++
    }
    // Long strings are searched natively; where the next backslash is, is found once.
    let backslash = -1
    while (at < end) {
      if (inString) {
        const near = Math.min(at + SHORT_STRING, end)
        let byte = 0
        while (at < near) {
          byte = chunk[at++] as number
          if (byte === QUOTE || byte === BACKSLASH) break
        }
        if (byte !== QUOTE && byte !== BACKSLASH && at < end) {
          if (backslash < at) backslash = indexOr(chunk, BACKSLASH, at, end)
          at = Math.min(indexOr(chunk, QUOTE, at, end), backslash)
          if (at < end) byte = chunk[at++] as number
        }
        if (byte === QUOTE) inString = false
        else if (byte === BACKSLASH) {
          if (at === end) this.#escaped = true
          at++
        }
      } else {
        const byte = chunk[at++]
        if (byte === QUOTE) inString = true
        else if (byte === 123) depth++
        else if (byte === 125 && --depth === 0) {
          this.#depth = 0
          this.#inString = false
          this.#where = 'items'
          items.push(this.#item(chunk.subarray(from, at)))
          return at
        }
      }
    }
    this.#depth = depth
    this.#inString = inString
    this.#carry.push(chunk.subarray(from))
    return end
  }

  #item(last: Buffer): RawItem {
    const json = this.#carry.length === 0 ? last : Buffer.concat([...this.#carry, last])
    this.#carry = []
    const item = readItem(json, this.#bare === true)
    if (this.#bare === undefined) this.#bare = item.apiVersion === undefined && item.kind === undefined
    return item
  }

  #betweenItems(chunk: Buffer, at: number): number {
    const byte = chunk[at]
    if (byte === 123) {
      this.#where = 'item'
      return at
    }
    if (byte === 93) {
      this.#where = 'envelope'
      this.#keep(chunk.subarray(at, at + 1))
    } else if (byte !== 44 && byte !== 32 && byte !== 10 && byte !== 13 && byte !== 9) {
      throw new SyntaxError('a list holds something that is no object')
    }
    return at + 1
  }

  /** Follows strings and depth just enough to see `"items": [` of the list itself. */
  #outside(chunk: Buffer, from: number): number {
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at] as number
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false
        else if (byte === BACKSLASH) this.#escaped = true
        else if (byte === QUOTE) {
          this.#inString = false
          this.#lastKey = String.fromCharCode(...this.#key)
          continue
        }
        if (this.#key.length < 16) this.#key.push(byte)
      } else if (byte === QUOTE) {
        this.#inString = true
        this.#key = []
      } else if (byte === 91 && this.#envelopeDepth === 1 && this.#lastKey === 'items') {
        this.#where = 'items'
        this.#lastKey = ''
        this.#keep(chunk.subarray(from, at + 1))
        return at + 1
      } else if (byte === 123 || byte === 91) this.#envelopeDepth++
      else if (byte === 125 || byte === 93) this.#envelopeDepth--
    }
    this.#keep(chunk.subarray(from))
    return chunk.length
  }

  #keep(bytes: Buffer): void {
    this.#envelopeBytes += bytes.length
    if (this.#envelopeBytes > LARGEST_ENVELOPE) throw new SyntaxError('the answer is not a list')
    this.#envelope.push(Buffer.from(bytes))
  }
}

function indexOr(chunk: Buffer, byte: number, from: number, otherwise: number): number {
  const at = chunk.indexOf(byte, from)
  return at === -1 ? otherwise : at
}
