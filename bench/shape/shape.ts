import { KINDS, type ShapeKind, uidOf } from './kinds.ts'
import { scrambled, secretText } from './text.ts'

/** An object as a client would write it. */
export interface ShapeObject {
  apiVersion: string
  kind: string
  metadata: {
    name: string
    namespace?: string
    labels?: Record<string, string>
    annotations?: Record<string, string>
    ownerReferences?: object[]
  }
  [field: string]: unknown
}

/** The namespace of large Secrets: the last in the order of keys. */
const LARGE_NAMESPACE = 'vault'
const LARGE_SECRETS = 500
/** Of base64 in each, so that none is above the API server's limit with what is around it. */
const LARGE_BYTES = (1 << 20) - 1024

const ITEMS_PER_NAMESPACE = 400
const NAMESPACES = { least: 10, most: 2_000 }
const DIGITS = 7

/**
 * A cluster with so many namespaced objects, as found in companies: many small ones, namespaces of uneven size, events, custom
 * resources, controllers' objects with owners, a third server-side applied; `large` adds a namespace with 500 Secrets of
 * 1 MiB. Every object is made when it is asked for, always the same, and those of a kind are in the order of their keys; so
 * a cluster of any size takes no memory.
 */
export class Shape {
  readonly kinds: readonly KindShape[]
  readonly namespaces: readonly string[]

  constructor(items: number, { large = false } = {}) {
    const count = Math.min(NAMESPACES.most, Math.max(NAMESPACES.least, Math.ceil(items / ITEMS_PER_NAMESPACE)))
    const names = Array.from({ length: items === 0 ? 0 : count }, (_, i) => `team-${String(i).padStart(4, '0')}`)
    const bounds = unevenly(names.length)
    this.kinds = shares(items).map(({ kind, count }, number) => {
      const largeCount = large && kind.resource === 'secrets' ? LARGE_SECRETS : 0
      return new KindShape(
        kind,
        number,
        names,
        bounds.map(bound => Math.round(bound * count)),
        largeCount,
      )
    })
    this.namespaces = large ? [...names, LARGE_NAMESPACE] : names
  }

  get items(): number {
    return this.kinds.reduce((sum, kind) => sum + kind.count, 0)
  }

  /** What is not in a namespace: namespaces, and the definitions of the custom resources. */
  *clusterObjects(): Generator<ShapeObject> {
    for (const name of this.namespaces)
      yield { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { team: name } } }
    if (this.items > 0) yield* KINDS.filter(kind => kind.group.endsWith('.example.com')).map(definition)
  }
}

/** The objects of one kind, by their place in the order of keys. */
export class KindShape {
  readonly kind: ShapeKind
  /** Of all kinds, to tell their objects' uids apart. */
  readonly #number: number
  readonly #namespaces: readonly string[]
  /** Where each namespace ends. */
  readonly #ends: readonly number[]

  constructor(
    kind: ShapeKind,
    number: number,
    namespaces: readonly string[],
    ends: readonly number[],
    largeCount: number,
  ) {
    this.kind = kind
    this.#number = number
    const last = ends.at(-1) ?? 0
    this.#namespaces = largeCount > 0 ? [...namespaces, LARGE_NAMESPACE] : namespaces
    this.#ends = largeCount > 0 ? [...ends, last + largeCount] : ends
  }

  get count(): number {
    return this.#ends.at(-1) ?? 0
  }

  /** The places of a namespace's objects, from and up to; of all of them for ''. */
  range(namespace: string): [from: number, to: number] {
    if (namespace === '') return [0, this.count]
    const at = this.#namespaces.indexOf(namespace)
    return at < 0 ? [0, 0] : [this.#ends[at - 1] ?? 0, this.#ends[at] ?? 0]
  }

  /** The place of the object with this name, if there is one. */
  find(namespace: string, name: string): number | undefined {
    const i = Number(new RegExp(`-(\\d{${DIGITS}})(-|$)`).exec(name)?.[1] ?? Number.NaN)
    const [from, to] = this.range(namespace)
    return i >= from && i < to && this.#name(i) === name ? i : undefined
  }

  uid(i: number): string {
    return uidOf(this.#number * 16_777_216 + i)
  }

  /** Whether it comes by server-side apply, as from GitOps; the others come by POST or PUT. */
  applied(i: number): boolean {
    return i % 3 === 0 && this.kind.kind !== 'Event'
  }

  object(i: number): ShapeObject {
    const { group, version, kind, body } = this.kind
    const namespace = this.#namespaces[place(this.#ends, i)] ?? ''
    const name = this.#name(i)
    const large = namespace === LARGE_NAMESPACE
    return {
      apiVersion: group === '' ? version : `${group}/${version}`,
      kind,
      metadata: { name, namespace, ...this.#metadata(i) },
      ...(large ? { data: { value: secretText(i, LARGE_BYTES) }, type: 'Opaque' } : body(i, name, namespace)),
    }
  }

  #name(i: number): string {
    const { kind, suffix } = this.kind
    const stem = `${kind.toLowerCase()}-${String(i).padStart(DIGITS, '0')}`
    return suffix === undefined ? stem : `${stem}-${suffix(i)}`
  }

  #metadata(i: number): Pick<ShapeObject['metadata'], 'labels' | 'annotations' | 'ownerReferences'> {
    const owner = OWNERS[this.kind.kind]
    if (this.kind.kind === 'Event') return {}
    const labels = {
      app: `app-${i % 200}`,
      'app.kubernetes.io/instance': `app-${i % 200}`,
      'app.kubernetes.io/managed-by': 'Helm',
      'app.kubernetes.io/version': `1.${i % 40}.0`,
    }
    const annotations = { 'example.com/checksum': scrambled(i).repeat(8) }
    if (owner === undefined) return { labels, annotations }
    const reference = { ...owner, name: `${owner.kind.toLowerCase()}-${i % 200}`, uid: uidOf(i % 200) }
    return { labels, annotations, ownerReferences: [{ ...reference, controller: true, blockOwnerDeletion: true }] }
  }
}

/** Who made what nobody writes himself. */
const OWNERS: Readonly<Record<string, { apiVersion: string; kind: string }>> = {
  Pod: { apiVersion: 'apps/v1', kind: 'ReplicaSet' },
  ReplicaSet: { apiVersion: 'apps/v1', kind: 'Deployment' },
  EndpointSlice: { apiVersion: 'v1', kind: 'Service' },
}

/** How many of each kind; what rounding leaves goes to the first. */
function shares(items: number): { kind: ShapeKind; count: number }[] {
  const counts = KINDS.map(kind => ({ kind, count: Math.floor((items * kind.share) / 1000) }))
  const rest = items - counts.reduce((sum, { count }) => sum + count, 0)
  return counts.map((each, i) => (i === 0 ? { ...each, count: each.count + rest } : each))
}

/** Where each of so many namespaces ends, from 0 to 1: a few are large and most small. */
function unevenly(count: number): number[] {
  const weights = Array.from({ length: count }, (_, i) => 1 / (i + 1) ** 0.8)
  const all = weights.reduce((sum, weight) => sum + weight, 0)
  let sum = 0
  return weights.map((weight, i) => {
    sum += weight
    return i === count - 1 ? 1 : sum / all
  })
}

/** The first of the ends that is above `i`. */
function place(ends: readonly number[], i: number): number {
  let [low, high] = [0, ends.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((ends[middle] ?? 0) <= i) low = middle + 1
    else high = middle
  }
  return low
}

function definition({ group, version, resource, kind }: ShapeKind): ShapeObject {
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } }
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${resource}.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { plural: resource, singular: kind.toLowerCase(), kind, listKind: `${kind}List` },
      versions: [{ name: version, served: true, storage: true, schema }],
      conversion: { strategy: 'None' },
    },
  }
}
