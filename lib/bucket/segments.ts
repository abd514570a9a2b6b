import { createHash } from 'node:crypto'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { ObjectStore } from '../store/types.ts'
import { gzip } from './gzip.ts'
import { runSegmentKey } from './layout.ts'
import { SIZES, type Sizes } from './sizes.ts'
import { readRange } from './source/resuming.ts'

/** Where a run puts aside what does not belong in memory: its folder, under names that no other epoch uses. */
export class SegmentStore {
  readonly sizes: Sizes
  #store: ObjectStore
  #uid: string
  #epoch: number
  #count = 0

  constructor(store: ObjectStore, uid: string, epoch: number, sizes = SIZES) {
    this.sizes = sizes
    this.#store = store
    this.#uid = uid
    this.#epoch = epoch
  }

  /** Whether anything was put aside. */
  get used(): boolean {
    return this.#count > 0
  }

  /** Answers the key to read it by. */
  async put(name: string, body: Uint8Array): Promise<string> {
    const key = runSegmentKey(this.#uid, this.#epoch, `${name}-${this.#count++}`)
    await this.#store.put(key, body)
    return key
  }

  async *read(key: string): AsyncGenerator<Buffer> {
    const { body } = await this.#store.get(key)
    for await (const chunk of body) yield chunk as Buffer
  }

  /** Some bytes of what was put aside. */
  readRange(key: string, place: { offset: number; length: number }, signal?: AbortSignal): Promise<Buffer> {
    return readRange(this.#store, key, place, signal)
  }

  async *readGunzipped(key: string): AsyncGenerator<Buffer> {
    const { body } = await this.#store.get(key)
    for await (const chunk of pipeline(body, createGunzip(), () => {})) yield chunk as Buffer
  }
}

/**
 * Text that only grows, such as a log: compressed as it comes, put aside as it fills, and joined by streaming. Memory is
 * bounded while callers await `drained()` now and then.
 */
export class TextSegments {
  #name: string
  #segments: SegmentStore
  #stored: Promise<string>[]
  #kept: Promise<Buffer>[] = []
  #keptBytes = 0
  #text: string[] = []
  #textBytes = 0
  #busy: Promise<unknown> = Promise.resolve()

  /** `stored`: the keys that an earlier holder's checkpoint named. */
  constructor(name: string, segments: SegmentStore, stored: readonly string[] = []) {
    this.#name = name
    this.#segments = segments
    this.#stored = stored.map(key => Promise.resolve(key))
  }

  add(text: string): void {
    this.#text.push(text)
    this.#textBytes += text.length
    if (this.#textBytes >= this.#segments.sizes.text) this.#compress()
  }

  /** Done when what was added so far is compressed or stored. */
  async drained(): Promise<void> {
    await this.#busy
  }

  /** Puts aside all that was added until now; answers, once that is done, every key in order. */
  cut(): Promise<string[]> {
    this.#compress()
    this.#store()
    return Promise.all(this.#stored)
  }

  /** All of it so far, as gzip members in order. */
  async *read(): AsyncGenerator<Buffer> {
    this.#compress()
    await this.#busy
    const kept = [...this.#kept]
    for (const key of [...this.#stored]) yield* this.#segments.read(await key)
    for (const chunk of kept) yield await chunk
  }

  #compress(): void {
    if (this.#textBytes === 0) return
    const chunk = gzip(this.#text.join(''))
    this.#text = []
    this.#textBytes = 0
    this.#kept.push(chunk)
    this.#busy = Promise.all([this.#busy, chunk]).then(([, bytes]) => {
      this.#keptBytes += bytes.length
      if (this.#keptBytes >= this.#segments.sizes.kept) this.#store()
    })
    this.#busy.catch(() => {})
  }

  #store(): void {
    if (this.#kept.length === 0) return
    const chunks = Promise.all(this.#kept)
    this.#kept = []
    this.#keptBytes = 0
    const key = chunks.then(parts => this.#segments.put(this.#name, Buffer.concat(parts)))
    key.catch(() => {})
    this.#stored.push(key)
    this.#busy = Promise.all([this.#busy, key])
    this.#busy.catch(() => {})
  }
}

/**
 * Rows that are wanted in order: collected, sorted in runs, put aside, and merged by streaming, so that memory does not
 * follow their number. Rows are ordered by code units, must hold no line feed, and equal ones are given once.
 */
export class SortedRows {
  #name: string
  #segments: SegmentStore
  #runs: Promise<string>[]
  #rows: string[] = []
  #busy: Promise<unknown> = Promise.resolve()

  constructor(name: string, segments: SegmentStore, runs: readonly string[] = []) {
    this.#name = name
    this.#segments = segments
    this.#runs = runs.map(key => Promise.resolve(key))
  }

  add(row: string): void {
    this.#rows.push(row)
    if (this.#rows.length >= this.#segments.sizes.rows) this.#store()
  }

  async drained(): Promise<void> {
    await this.#busy
  }

  cut(): Promise<string[]> {
    if (this.#rows.length > 0) this.#store()
    return Promise.all(this.#runs)
  }

  /** Every row so far, in order, once. */
  async *read(): AsyncGenerator<string> {
    const rows = this.#rows.toSorted()
    const runs = (await Promise.all(this.#runs)).map(key => lines(this.#segments.readGunzipped(key)))
    let last: string | undefined
    for await (const row of merge([fromArray(rows), ...runs])) {
      if (row !== last) yield row
      last = row
    }
  }

  #store(): void {
    const rows = this.#rows
    this.#rows = []
    const key = gzip(`${rows.sort().join('\n')}\n`).then(bytes => this.#segments.put(this.#name, bytes))
    key.catch(() => {})
    this.#runs.push(key)
    this.#busy = Promise.all([this.#busy, key])
    this.#busy.catch(() => {})
  }
}

async function* fromArray(rows: string[]): AsyncGenerator<string> {
  yield* rows
}

/** Splits text at line feeds. */
export async function* lines(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of chunks) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = parts.pop() as string
    yield* parts
  }
  if (rest !== '') yield rest
}

/** Merges sorted sources into one. There are few of them: the least head is found by looking at each. */
async function* merge(sources: AsyncGenerator<string>[]): AsyncGenerator<string> {
  const heads: (string | undefined)[] = await Promise.all(sources.map(nextOf))
  for (;;) {
    let at = -1
    let least: string | undefined
    for (const [i, head] of heads.entries()) {
      if (head === undefined || (least !== undefined && head >= least)) continue
      at = i
      least = head
    }
    if (least === undefined) return
    yield least
    heads[at] = await nextOf(sources[at] as AsyncGenerator<string>)
  }
}

async function nextOf(source: AsyncGenerator<string>): Promise<string | undefined> {
  const next = await source.next()
  return next.done ? undefined : next.value
}

export function sha256(data: Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}
