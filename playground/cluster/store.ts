/** One version of one object. Never changed once stored, so a snapshot is an array of them. */
export interface Entry {
  /** `namespace/name`, or `name` in cluster-scoped kinds. */
  readonly key: string
  readonly name: string
  readonly namespace: string
  readonly uid: string
  readonly revision: number
  /** The API version of `bytes`. */
  readonly version: string
  readonly labels: Readonly<Record<string, string>> | undefined
  readonly owners: readonly string[]
  /** The object as JSON text in UTF-8, in its stored version. */
  readonly bytes: Buffer
}

/** The objects of one resource at one moment, in the order of keys. */
export type Snapshot = readonly Entry[]

interface Collection {
  entries: Map<string, Entry>
  /** Keys written since `latest` was made. */
  changed: Set<string>
  latest: Snapshot
  /** Snapshots that a continue token may ask for, by the revision in the token, oldest first. */
  kept: Map<number, Snapshot>
}

/**
 * Objects in memory behind one revision counter, like etcd. A write replaces an entry; lists read snapshots, which are
 * kept for `keep` writes so that a list in pages sees one moment.
 */
export class Store {
  readonly #keep: number
  readonly #collections = new Map<string, Collection>()
  readonly #dependants = new Map<string, Map<string, { storage: string; key: string }>>()
  #revision = 1

  constructor(keep: number) {
    this.#keep = keep
  }

  get revision(): number {
    return this.#revision
  }

  /** Takes the next revision, for the object that is about to be written. */
  next(): number {
    this.#revision++
    return this.#revision
  }

  get(storage: string, key: string): Entry | undefined {
    return this.#collections.get(storage)?.entries.get(key)
  }

  put(storage: string, entry: Entry): void {
    const collection = this.#collection(storage)
    this.#unlink(storage, collection.entries.get(entry.key))
    collection.entries.set(entry.key, entry)
    for (const owner of entry.owners) {
      const owned = this.#dependants.get(owner) ?? new Map()
      this.#dependants.set(owner, owned.set(`${storage}\n${entry.key}`, { storage, key: entry.key }))
    }
    collection.changed.add(entry.key)
  }

  delete(storage: string, key: string): void {
    const collection = this.#collection(storage)
    this.#unlink(storage, collection.entries.get(key))
    if (collection.entries.delete(key)) {
      collection.changed.add(key)
      this.next()
    }
  }

  /** Everything that names this uid as an owner. */
  ownedBy(uid: string): { storage: string; entry: Entry }[] {
    return [...(this.#dependants.get(uid)?.values() ?? [])].flatMap(({ storage, key }) => {
      const entry = this.get(storage, key)
      return entry === undefined ? [] : [{ storage, entry }]
    })
  }

  /** The present state of one resource. */
  snapshot(storage: string): Snapshot {
    const collection = this.#collection(storage)
    if (collection.changed.size > 0) {
      collection.latest = merge(collection)
      collection.changed = new Set()
    }
    return collection.latest
  }

  /** Keeps the present snapshot for later pages, under the present revision. */
  keep(storage: string): void {
    this.#forget(storage)
    this.#collection(storage).kept.set(this.#revision, this.snapshot(storage))
  }

  /** What `keep` kept, or `undefined` where that was too many writes ago. */
  kept(storage: string, revision: number): Snapshot | undefined {
    this.#forget(storage)
    return this.#collection(storage).kept.get(revision)
  }

  #forget(storage: string): void {
    const { kept } = this.#collection(storage)
    for (const old of kept.keys()) if (this.#revision - old > this.#keep) kept.delete(old)
  }

  #collection(storage: string): Collection {
    const found = this.#collections.get(storage)
    if (found !== undefined) return found
    const made: Collection = { entries: new Map(), changed: new Set(), latest: [], kept: new Map() }
    this.#collections.set(storage, made)
    return made
  }

  #unlink(storage: string, entry: Entry | undefined): void {
    for (const owner of entry?.owners ?? []) {
      const owned = this.#dependants.get(owner)
      owned?.delete(`${storage}\n${entry?.key}`)
      if (owned?.size === 0) this.#dependants.delete(owner)
    }
  }
}

const order = (a: { key: string }, b: { key: string }) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)

/** The old snapshot with its changes, in time proportional to it: a list after each write stays cheap. */
function merge({ entries, changed, latest }: Collection): Snapshot {
  const added = [...changed].flatMap(key => entries.get(key) ?? []).sort(order)
  const merged: Entry[] = []
  let next = 0
  for (const entry of latest) {
    if (changed.has(entry.key)) continue
    for (let first = added[next]; first !== undefined && first.key < entry.key; first = added[++next])
      merged.push(first)
    merged.push(entry)
  }
  return merged.concat(added.slice(next))
}

/** The index of the first entry whose key is not below `key`. */
export function lowerBound(snapshot: Snapshot, key: string): number {
  let low = 0
  let high = snapshot.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((snapshot[middle]?.key ?? '') < key) low = middle + 1
    else high = middle
  }
  return low
}
