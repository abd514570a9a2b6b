import { type Json, type JsonObject, list, objects, text } from './json.ts'
import { groupVersion, type Kind } from './kinds.ts'
import { recordCreate } from './managed-fields.ts'
import type { Registry } from './registry.ts'
import { decode, encode } from './render.ts'
import type { Entry, Store } from './store.ts'

const SUFFIX = 'bcdfghjklmnpqrstvwxz2456789'
const SUFFIX_LENGTH = 5

/** What the outside gives: time and chance. */
export interface Surroundings {
  now: () => Date
  uid: () => string
  /** A number from 0 to below `below`. */
  random: (below: number) => number
}

/** A change that controllers may want to act on; `object` as it is now, or as it last was. */
export interface Change {
  type: 'created' | 'updated' | 'deleted'
  kind: Kind
  object: JsonObject
}

/** Who writes, and whether it is only tried. */
export interface Write {
  manager: string
  dryRun: boolean
}

/** An object in the store with its metadata at hand. */
export interface Live {
  kind: Kind
  entry: Entry
  object: JsonObject
  metadata: JsonObject
}

/** Objects over the store: read and written as JSON, with revision and time filled in. Knows no rules about them. */
export class Objects {
  readonly store: Store
  readonly registry: Registry
  readonly around: Surroundings
  readonly #listeners: ((change: Change) => void)[] = []

  constructor(store: Store, registry: Registry, around: Surroundings) {
    this.store = store
    this.registry = registry
    this.around = around
  }

  onChange(listener: (change: Change) => void): void {
    this.#listeners.push(listener)
  }

  /** RFC 3339 in seconds, as Kubernetes writes times. */
  now(): string {
    return this.around
      .now()
      .toISOString()
      .replace(/\.\d+Z$/, 'Z')
  }

  find(kind: Kind, namespace: string, name: string): Live | undefined {
    const entry = this.store.get(kind.storage, keyOf(kind, namespace, name))
    return entry === undefined ? undefined : this.live(kind, entry)
  }

  live(kind: Kind, entry: Entry): Live {
    const object = decode(kind, entry)
    return { kind, entry, object, metadata: object.metadata as JsonObject }
  }

  /** All objects of a kind, of one namespace or of all. */
  all(kind: Kind, namespace = ''): Live[] {
    const entries = this.store.snapshot(kind.storage).filter(entry => namespace === '' || entry.namespace === namespace)
    return entries.map(entry => this.live(kind, entry))
  }

  /** Five characters from the server's alphabet, which has no vowels and so spells no words. */
  suffix(): string {
    return Array.from({ length: SUFFIX_LENGTH }, () => SUFFIX[this.around.random(SUFFIX.length)]).join('')
  }

  /** Stores a new object as one of the cluster's own components makes it: without admission and checks. */
  make(kind: Kind, manager: string, metadata: JsonObject, rest: JsonObject): Live {
    const system = { uid: this.around.uid(), creationTimestamp: this.now() }
    const object = { apiVersion: groupVersion(kind), kind: kind.kind, metadata: { ...system, ...metadata }, ...rest }
    recordCreate(kind, object, { manager, time: this.now(), subresource: '' })
    return this.live(kind, this.save(kind, object, 'created'))
  }

  /** The built-in kind that is surely there. */
  kind(group: string, version: string, resource: string): Kind {
    const kind = this.registry.find(group, version, resource)
    if (kind === undefined) throw new Error(`no kind ${resource} in ${group}/${version}`)
    return kind
  }

  /** Gives the object a new resourceVersion and stores it. */
  save(kind: Kind, object: JsonObject, type: 'created' | 'updated'): Entry {
    const metadata = object.metadata as JsonObject
    const revision = this.store.next()
    metadata.resourceVersion = String(revision)
    const entry = entryOf(kind, object, revision)
    this.store.put(kind.storage, entry)
    this.#tell({ type, kind, object })
    return entry
  }

  remove({ kind, entry, object }: Live): void {
    this.store.delete(kind.storage, entry.key)
    this.#tell({ type: 'deleted', kind, object })
  }

  #tell(change: Change): void {
    for (const listener of this.#listeners) listener(change)
  }
}

export const keyOf = (kind: Kind, namespace: string, name: string): string =>
  kind.namespaced ? `${namespace}/${name}` : name

export function entryOf(kind: Kind, object: JsonObject, revision: number): Entry {
  const metadata = object.metadata as JsonObject
  const [name, namespace] = [text(metadata.name), text(metadata.namespace)]
  return {
    key: keyOf(kind, namespace, name),
    name,
    namespace,
    uid: text(metadata.uid),
    revision,
    version: kind.version,
    labels: metadata.labels as Record<string, string> | undefined,
    owners: objects(metadata.ownerReferences).map(owner => text(owner.uid)),
    bytes: encode(kind, object),
  }
}

export const finalizersOf = (metadata: JsonObject): Json[] => list(metadata.finalizers)
