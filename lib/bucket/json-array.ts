/** Of one element, in bytes: more is not put together in memory. */
const LARGEST_ELEMENT = 32 << 20

const QUOTE = 34
const BACKSLASH = 92
const COMMA = 44
const BEGIN = 91
const END = 93
const OPEN = new Set([BEGIN, 123])
const CLOSE = new Set([END, 125])
const SPACE = new Set([9, 10, 13, 32])

/**
 * Yields the elements of a JSON array one by one as its text arrives, never holding all of it; none for `null`, which
 * is what Velero writes where it has nothing to record. What follows the array is not looked at. Throws SyntaxError.
 */
export async function* readJsonArray(chunks: AsyncIterable<Buffer>): AsyncGenerator<unknown> {
  const cutter = new ElementCutter()
  for await (const chunk of chunks) {
    yield* cutter.push(chunk)
    if (cutter.ended) return
  }
  cutter.end()
}

/** Cuts an array at the commas of its own level. */
class ElementCutter {
  ended = false
  /** Undefined before the first character. */
  #what: 'array' | 'null' | undefined
  #depth = 0
  #inString = false
  #escaped = false
  #text: Buffer[] = []
  #textBytes = 0
  #elements = 0

  /** Answers the elements that end in these bytes. */
  push(chunk: Buffer): unknown[] {
    const elements: unknown[] = []
    let start = this.#what === undefined ? this.#begin(chunk) : 0
    for (let at = start; at < chunk.length && this.#what === 'array'; at++) {
      const byte = chunk[at] as number
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false
        else if (byte === BACKSLASH) this.#escaped = true
        else if (byte === QUOTE) this.#inString = false
      } else if (byte === QUOTE) this.#inString = true
      else if (OPEN.has(byte)) this.#depth++
      else if (this.#depth > 0) {
        if (CLOSE.has(byte)) this.#depth--
      } else if (byte === COMMA || byte === END) {
        this.#keep(chunk.subarray(start, at))
        start = at + 1
        this.ended = byte !== COMMA
        const text = this.#take()
        const isEmptyArray = this.ended && this.#elements === 0 && text.trim() === ''
        if (!isEmptyArray) elements.push(JSON.parse(text))
        this.#elements++
        if (this.ended) return elements
      }
    }
    this.#keep(chunk.subarray(start))
    return elements
  }

  end(): void {
    if (this.#what !== 'null' || this.#take().trim() !== 'null') throw new SyntaxError('the JSON array ends early')
  }

  /** Passes over the space before the array, and its bracket. */
  #begin(chunk: Buffer): number {
    let at = 0
    while (at < chunk.length && SPACE.has(chunk[at] as number)) at++
    if (at === chunk.length) return at
    const isArray = chunk[at] === BEGIN
    if (!isArray && chunk[at] !== 110) throw new SyntaxError('the JSON is no array')
    this.#what = isArray ? 'array' : 'null'
    return isArray ? at + 1 : at
  }

  #keep(bytes: Buffer): void {
    this.#textBytes += bytes.length
    if (this.#textBytes > LARGEST_ELEMENT) throw new SyntaxError('an element of the JSON array is too large')
    this.#text.push(bytes)
  }

  #take(): string {
    const text = Buffer.concat(this.#text).toString('utf8')
    this.#text = []
    this.#textBytes = 0
    return text
  }
}
