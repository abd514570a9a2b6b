import { isObject, type Json, type JsonObject, list, text } from '../json.ts'
import type { Kind } from '../kinds.ts'

/** How a value takes part in a merge: as a whole, field by field, or item by item (a list by keys, or as a set). */
export type Shape = { type: 'atomic' } | { type: 'map' } | { type: 'keyed'; keys: readonly string[] } | { type: 'set' }

const ATOMIC: Shape = { type: 'atomic' }
const MAP: Shape = { type: 'map' }
const keyed = (...keys: string[]): Shape => ({ type: 'keyed', keys })

/** Lists of built-in kinds that are merged item by item, by field name; from the API's own schema. */
const LISTS: Readonly<Record<string, Shape>> = {
  containers: keyed('name'),
  initContainers: keyed('name'),
  ephemeralContainers: keyed('name'),
  env: keyed('name'),
  volumes: keyed('name'),
  volumeMounts: keyed('mountPath'),
  volumeDevices: keyed('devicePath'),
  imagePullSecrets: keyed('name'),
  secrets: keyed('name'),
  hostAliases: keyed('ip'),
  topologySpreadConstraints: keyed('topologyKey', 'whenUnsatisfiable'),
  schedulingGates: keyed('name'),
  resourceClaims: keyed('name'),
  claims: keyed('name'),
  conditions: keyed('type'),
  ownerReferences: keyed('uid'),
  webhooks: keyed('name'),
  matchConditions: keyed('name'),
  podIPs: keyed('ip'),
  hostIPs: keyed('ip'),
  finalizers: { type: 'set' },
}

/** Objects of built-in kinds that are merged as a whole. */
const WHOLE = new Set(
  (
    'requiredDuringSchedulingIgnoredDuringExecution selector nodeSelector labelSelector podSelector namespaceSelector objectSelector claimRef roleRef targetRef ' +
    'secretKeyRef configMapKeyRef fieldRef resourceFieldRef secretRef dataSource involvedObject regarding nodePublishSecretRef'
  ).split(' '),
)

/** The shape of what lies under `path` (field names only; list items are skipped) in an object of this kind. */
export function shapeOf(kind: Kind, path: readonly string[], value: Json | undefined): Shape {
  const name = path.at(-1) ?? ''
  if (path[0] !== 'metadata' && kind.custom !== undefined) return customShape(kind.custom.schema, path, value)
  if (isObject(value))
    return WHOLE.has(name) || (kind.resource === 'controllerrevisions' && name === 'data') ? ATOMIC : MAP
  if (!Array.isArray(value)) return ATOMIC
  if (name === 'conditions' && kind.resource === 'jobs') return ATOMIC
  // Elsewhere than in these places the lists of these names are values of their own.
  if (name === 'finalizers' && path[0] !== 'metadata') return ATOMIC
  if (name === 'imagePullSecrets' && path.at(-2) !== 'spec') return ATOMIC
  if (name === 'ports') return portsShape(kind, path)
  return Object.hasOwn(LISTS, name) && !'subsets rules items'.split(' ').includes(path.at(-2) ?? '')
    ? (LISTS[name] ?? ATOMIC)
    : ATOMIC
}

function portsShape(kind: Kind, path: readonly string[]): Shape {
  if (path.at(-2)?.toLowerCase().endsWith('containers')) return keyed('containerPort', 'protocol')
  return kind.storage === '/services' && path[0] === 'spec' ? keyed('port', 'protocol') : ATOMIC
}

function customSchema(schema: JsonObject, path: readonly string[]): { schema: JsonObject; declared: boolean } {
  let [here, declared] = [schema, true]
  for (const step of path) {
    if (isObject(here.items)) here = here.items
    const properties = isObject(here.properties) ? here.properties : {}
    declared = Object.hasOwn(properties, step)
    const next = declared ? properties[step] : here.additionalProperties
    here = isObject(next) ? next : {}
  }
  return { schema: here, declared }
}

function customShape(root: JsonObject, path: readonly string[], value: Json | undefined): Shape {
  const { schema: here } = customSchema(root, path)
  if (isObject(value)) return here['x-kubernetes-map-type'] === 'atomic' ? ATOMIC : MAP
  if (!Array.isArray(value)) return ATOMIC
  if (here['x-kubernetes-list-type'] === 'set') return { type: 'set' }
  const keys = list(here['x-kubernetes-list-map-keys']).map(text)
  return here['x-kubernetes-list-type'] === 'map' && keys.length > 0 ? keyed(...keys) : ATOMIC
}

/** Whether the schema names this field itself; what it only lets pass is an entry of a map. */
export function isDeclared(kind: Kind, path: readonly string[]): boolean {
  if (kind.custom === undefined || path[0] === 'metadata') return true
  return customSchema(kind.custom.schema, path).declared
}

/** What a key stands for where an item leaves it out. */
const KEY_DEFAULTS: Readonly<Record<string, Json>> = { protocol: 'TCP' }

/** The items of a list that is merged by keys or as a set, each under its name in FieldsV1. */
export function itemsByStep(shape: Shape, items: readonly Json[]): Map<string, Json> {
  if (shape.type === 'set') return new Map(items.map(item => [`v:${JSON.stringify(item)}`, item]))
  const keys = shape.type === 'keyed' ? [...shape.keys].sort() : []
  return new Map(
    items.filter(isObject).map(item => {
      const named = keys.map(key => [key, item[key] ?? KEY_DEFAULTS[key]] as const)
      return [`k:${JSON.stringify(Object.fromEntries(named))}`, item]
    }),
  )
}

/** These are told apart by a key, and each is a value as a whole. */
export const isWholeItem = (path: readonly string[]) => WHOLE_ITEMS.has(path.at(-1) ?? '')
const WHOLE_ITEMS = new Set(['ownerReferences', 'imagePullSecrets'])
