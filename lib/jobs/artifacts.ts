import { readJsonArray } from '../bucket/json-array.ts'
import { readResourceList } from '../bucket/resource-list.ts'
import { ObjectNotFoundError, type ObjectStore } from '../store/types.ts'
import { byBytes } from '../velero/byte-order.ts'
import { LateenError, messageOf } from '../velero/errors.ts'
import { gunzipped, isDamage } from './read.ts'
import type { Artifact, ResourceListing } from './types-describe.ts'

/** Reads a file, if it is there and can be read. A defect of ours is thrown. */
export async function artifact<T>(read: () => Promise<T>): Promise<Artifact<T>> {
  try {
    return { is: 'read', value: await read() }
  } catch (error) {
    if (error instanceof ObjectNotFoundError) return { is: 'missing' }
    if (!(error instanceof LateenError || isDamage(error) || isSystemError(error))) throw error
    return { is: 'unreadable', why: messageOf(error) }
  }
}

/** A connection that broke off in the midst of a file, and such. */
function isSystemError(error: unknown): boolean {
  return /^E(?!RR_)/.test(String((error as { code?: unknown } | undefined)?.code))
}

/** Of unpacked text; a file that is more is not held whole. */
const LARGEST = 64 << 20

/** A file that is one JSON value, whole. Throws ObjectNotFoundError, SyntaxError, or what zlib says of damage. */
export async function readJson(store: ObjectStore, key: string): Promise<unknown> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of gunzipped((await store.get(key)).body) as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > LARGEST) throw new SyntaxError(`${JSON.stringify(key)} is larger than ${LARGEST >> 20} MiB`)
    chunks.push(chunk)
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8'))
}

/** What is made of the elements of a file that is an array; those of which nothing is made are not held. */
export async function readRows<T>(
  store: ObjectStore,
  key: string,
  parse: (row: unknown) => T | undefined,
): Promise<T[]> {
  const rows: T[] = []
  for await (const row of readJsonArray(gunzipped((await store.get(key)).body) as AsyncIterable<Buffer>)) {
    const parsed = parse(row)
    if (parsed !== undefined) rows.push(parsed)
  }
  return rows
}

/** ` (created)` and its like at the end of an entry of a restore's list. */
const OUTCOME = /\((\w+)\)$/

/** Looks through the whole list, so that what is wrong with it is known before any of it is shown. */
export async function readListing(store: ObjectStore, key: string): Promise<ResourceListing> {
  const kinds: string[] = []
  const outcomes: Record<string, number> = {}
  let items = 0
  for await (const [kind, name] of listed(store, key)) {
    if (kind !== kinds.at(-1)) kinds.push(kind)
    items++
    const outcome = OUTCOME.exec(name)?.[1]
    if (outcome !== undefined) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
  }
  const inOrder = kinds.every((kind, i) => i === 0 || byBytes(kinds[i - 1] ?? '', kind) < 0)
  return {
    kinds: new Set(kinds).size,
    items,
    outcomes,
    entries: () => (inOrder ? listed(store, key) : sorted(listed(store, key))),
  }
}

async function* listed(store: ObjectStore, key: string): AsyncGenerator<[kind: string, name: string]> {
  yield* readResourceList(gunzipped((await store.get(key)).body).setEncoding('utf8'))
}

/** Velero and we write kinds in order; a list by anybody else is held whole to bring it into one. */
async function* sorted(
  list: AsyncIterable<[kind: string, name: string]>,
): AsyncGenerator<[kind: string, name: string]> {
  const byKind = new Map<string, string[]>()
  for await (const [kind, name] of list) {
    const names = byKind.get(kind)
    if (names === undefined) byKind.set(kind, [name])
    else names.push(name)
  }
  for (const [kind, names] of [...byKind].sort(([a], [b]) => byBytes(a, b)))
    for (const name of names) yield [kind, name]
}
