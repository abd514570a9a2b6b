import type { Dump, FieldOwner, KubeObject } from './dump.ts'

/** Texts that are new in every cluster wherever they stand: that there is one counts, not which. */
const GENERATED_TEXTS: readonly [pattern: RegExp, instead: string][] = [
  [/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<uid>'],
  [/\b10\.96\.\d+\.\d+\b/g, '<address of a service>'],
  [/\b10\.0\.0\.\d+\b/g, '<address of a pod>'],
]

/** Fields of which the same is true; `*` stands for any one key. */
const GENERATED_FIELDS: readonly { resource?: string; field: string; but?: (value: unknown) => boolean }[] = [
  { field: 'metadata.resourceVersion' },
  { field: 'metadata.creationTimestamp' },
  { field: 'metadata.generation' },
  { field: 'status' },
  // That port was asked for.
  { resource: 'services', field: 'spec.ports.*.nodePort', but: value => digitsOf(value) === '30080' },
  { resource: 'services', field: 'spec.healthCheckNodePort' },
  { resource: 'secrets', field: 'data.token' },
  { resource: 'persistentvolumes', field: 'spec.claimRef.resourceVersion' },
  // Whether pods are ready at this very moment.
  { resource: 'endpointslices.discovery.k8s.io', field: 'endpoints.*.conditions' },
]

/** Of Endpoints and slices: that, too, and whether a controller has noted the time of the last change. */
const LEFT_OUT = /^endpoint\S+ .*(endpoints\.kubernetes\.io\/last-change-trigger-time|f:annotations\.\.)$/

const FIELDS = GENERATED_FIELDS.map(({ field, ...rule }) => {
  const parts = field.split('*').map(part => part.replaceAll('.', '\\.'))
  return { ...rule, pattern: new RegExp(`^${parts.join('[^.]+')}$`) }
})

/**
 * Where two clusters differ, a row for each value: `KEY FIELD: expected VALUE, found VALUE`. What is generated counts for
 * nothing. Owners are compared by who they are and what they own, in whatever order they stand; of a status, which
 * controllers write anew, they are not.
 */
export function differencesOf(expected: Dump, found: Dump): string[] {
  const [before, after] = [linesOf(expected), linesOf(found)]
  const rows: string[] = []
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const [one, other] = [before.get(key), after.get(key)]
    if (one === undefined || other === undefined) rows.push(`${key}: ${one ? 'not found' : 'not expected'}`)
    else
      for (const field of new Set([...one.keys(), ...other.keys()]))
        if (one.get(field) !== other.get(field))
          rows.push(`${key} ${field}: expected ${one.get(field)}, found ${other.get(field)}`)
  }
  return rows.sort()
}

/** Rows that are meant to be as they are, and why. */
export interface Documented {
  rows: RegExp
  why: string
}

/** The rows that nothing accounts for, and after them each account that no row needs. */
export function unaccounted(rows: readonly string[], documented: readonly Documented[]): string[] {
  const idle = documented.filter(each => !rows.some(row => each.rows.test(row)))
  return [
    ...rows.filter(row => !documented.some(each => each.rows.test(row))),
    ...idle.map(({ why }) => `no difference: ${why}`),
  ]
}

function linesOf(dump: Dump): Map<string, Map<string, string>> {
  const all = new Map<string, Map<string, string>>()
  for (const [key, object] of [...dump].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const resource = key.slice(0, key.indexOf('/'))
    let name = nameOf(key, object)
    while (all.has(name)) name += ', another'
    const found = [...lines(resource, inOrder(object), '')]
    all.set(name, new Map(found.filter(([field]) => !LEFT_OUT.test(`${resource} ${field}`))))
  }
  return all
}

/** Names that controllers make up end in chance, but pods keep theirs; those that are an address are known by whose it is. */
function nameOf(key: string, { kind, metadata, spec }: KubeObject): string {
  const { generateName, name } = metadata
  if (typeof generateName === 'string' && kind !== 'Pod') return `${key.slice(0, -name.length)}${generateName}*`
  const { name: parent, namespace } = (spec as { parentRef?: Record<string, string> } | undefined)?.parentRef ?? {}
  return parent === undefined ? key : `${masked(key)} ${namespace}/${parent}`
}

/** Lists whose order is chance, in an order; owners by who they are, but those of a status. */
function inOrder(object: KubeObject): unknown {
  const sorted: KubeObject = JSON.parse(JSON.stringify(object), (_, value) =>
    Array.isArray(value) && value.some(each => each?.targetRef) ? value.sort(byTarget) : value,
  )
  const { managedFields = [], name, ...metadata } = sorted.metadata
  const owners = managedFields
    .filter(({ subresource }) => subresource !== 'status')
    .map(owner => [ownerOf(owner), owner.fieldsV1])
  const known = metadata.generateName === undefined || object.kind === 'Pod' ? { name } : {}
  return { ...sorted, metadata: { ...metadata, ...known, managedFields: Object.fromEntries(owners) } }
}

function ownerOf({ manager, operation, subresource }: FieldOwner): string {
  return [manager, operation, subresource].filter(Boolean).join(' ')
}

function byTarget(a: { targetRef: { name: string } }, b: { targetRef: { name: string } }): number {
  return a.targetRef.name < b.targetRef.name ? -1 : 1
}

function* lines(resource: string, value: unknown, field: string): Generator<[string, string]> {
  const rule = FIELDS.find(
    each => (each.resource ?? resource) === resource && each.pattern.test(field) && !each.but?.(value),
  )
  if (rule !== undefined) yield [field, '<generated>']
  else if (isLeaf(value)) yield [field, masked(digitsOf(value) ?? JSON.stringify(value))]
  else
    for (const [key, inner] of Object.entries(value as object))
      yield* lines(
        resource,
        inner,
        masked(field === '' ? key : `${field}.${key.replace('notReadyAddresses', 'addresses')}`),
      )
}

function isLeaf(value: unknown): boolean {
  return typeof value !== 'object' || value === null || digitsOf(value) !== undefined || Object.keys(value).length === 0
}

/** Of a number, as `exactly` keeps it. */
function digitsOf(value: unknown): string | undefined {
  return (value as { digits?: string } | null)?.digits
}

function masked(text: string): string {
  return GENERATED_TEXTS.reduce((masked, [pattern, instead]) => masked.replaceAll(pattern, instead), text)
}
