import type { JsonObject } from '../../playground/cluster/json.ts'
import type { Kind } from '../../playground/cluster/kinds.ts'
import { managersOf, recordCreate, storeManagers } from '../../playground/cluster/managed-fields.ts'
import { entryOf, keyOf } from '../../playground/cluster/objects.ts'
import type { Registry } from '../../playground/cluster/registry.ts'
import type { Entry } from '../../playground/cluster/store.ts'
import type { KindShape, Shape } from '../shape/shape.ts'

/** Revisions of objects begin here. */
const FIRST_REVISION = 1_000
const TIME = '2026-03-01T08:00:00Z'

/** The objects of one kind of a shape, as an API server would have them stored; each made when it is asked for. */
export class Collection {
  /** Of a custom kind it is there once its definition is. */
  readonly #kind: () => Kind
  readonly #shape: KindShape
  /** Owners of fields, which are the same in all objects of a kind: of those that were applied, and of the others. */
  #owners: readonly [JsonObject, JsonObject] | undefined

  constructor(kind: () => Kind, shape: KindShape) {
    this.#kind = kind
    this.#shape = shape
  }

  get count(): number {
    return this.#shape.count
  }

  range(namespace: string): [from: number, to: number] {
    return this.#shape.range(namespace)
  }

  find(namespace: string, name: string): Entry | undefined {
    const i = this.#shape.find(namespace, name)
    return i === undefined ? undefined : this.entry(i)
  }

  entry(i: number): Entry {
    const kind = this.#kind()
    this.#owners ??= [ownersOf(kind, this.#shape, 'argocd', 'Apply'), ownersOf(kind, this.#shape, 'manager', 'Update')]
    const object = this.#shape.object(i)
    const revision = FIRST_REVISION + i
    const metadata: JsonObject = {
      ...(object.metadata as object),
      uid: this.#shape.uid(i),
      resourceVersion: String(revision),
      creationTimestamp: TIME,
      ...this.#owners[this.#shape.applied(i) ? 0 : 1],
    }
    const status = this.#shape.kind.status?.(i)
    return entryOf(kind, { ...object, metadata, ...(status && { status }) } as JsonObject, revision)
  }
}

/** By place of storage. */
export function collections(shape: Shape, registry: Registry): Map<string, Collection> {
  return new Map(
    shape.kinds.map(each => {
      const { group, version, resource } = each.kind
      const kind = () => registry.find(group, version, resource) as Kind
      return [`${group}/${resource}`, new Collection(kind, each)]
    }),
  )
}

function ownersOf(kind: Kind, shape: KindShape, manager: string, operation: 'Apply' | 'Update'): JsonObject {
  const sample = structuredClone(shape.object(0)) as unknown as JsonObject
  const metadata = sample.metadata as JsonObject
  delete metadata.ownerReferences // whose fields are named by uids, other ones in each object
  recordCreate(kind, sample, { manager, time: TIME, subresource: '' })
  const owners = managersOf(metadata).map(entry => ({ ...entry, operation }))
  storeManagers(metadata, owners)
  return { managedFields: metadata.managedFields }
}

/** Names of objects that were created; what else was in them is dropped. */
export class Created {
  readonly #keys = new Map<string, Set<string>>()

  has(kind: Kind, namespace: string, name: string): boolean {
    return this.#keys.get(kind.storage)?.has(keyOf(kind, namespace, name)) === true
  }

  /** False where it was there. */
  add(kind: Kind, namespace: string, name: string): boolean {
    const keys = this.#keys.get(kind.storage) ?? new Set()
    this.#keys.set(kind.storage, keys)
    const before = keys.size
    return keys.add(keyOf(kind, namespace, name)).size > before
  }
}
