import { shapeOf } from '../fields/schema.ts'
import { clone, equal, isObject, type Json, type JsonObject } from '../json.ts'
import type { Kind } from '../kinds.ts'

/** Lists whose patches are merged by another key than applied configurations are. */
const OWN_KEYS: Readonly<Record<string, string>> = {
  tolerations: '',
  taints: 'key',
  topologySpreadConstraints: 'topologyKey',
}

/** A strategic merge patch: as a merge patch, but lists with a merge key are merged item by item. */
export function strategicPatch(kind: Kind, target: JsonObject, patch: JsonObject): JsonObject {
  return mergeObject(kind, target, patch, [])
}

function mergeObject(kind: Kind, target: JsonObject, patch: JsonObject, path: readonly string[]): JsonObject {
  if (patch.$patch === 'replace') return withoutDirectives(patch)
  const merged = new Map(Object.entries(target))
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith('$')) continue
    const below = [...path, key]
    const old = merged.get(key)
    if (value === null || value === undefined || (isObject(value) && value.$patch === 'delete')) merged.delete(key)
    else if (isObject(value)) merged.set(key, mergeObject(kind, isObject(old) ? old : {}, value, below))
    else if (Array.isArray(value)) merged.set(key, mergeList(kind, Array.isArray(old) ? old : [], value, below))
    else merged.set(key, value)
  }
  return Object.fromEntries(merged)
}

function mergeList(kind: Kind, target: readonly Json[], patch: readonly Json[], path: readonly string[]): Json[] {
  const key = mergeKey(kind, path, patch)
  const own = patch.filter(item => !(isObject(item) && Object.keys(item).length === 1 && item.$patch === 'replace'))
  if (key === undefined || own.length < patch.length) return own.map(item => clone(item))
  if (key === '') return [...target, ...own.filter(item => !target.some(there => equal(there, item)))]
  let merged = [...target]
  for (const item of own.filter(isObject)) {
    const at = merged.findIndex(there => isObject(there) && equal(there[key], item[key]))
    const old = merged[at]
    if (item.$patch === 'delete') merged = merged.filter((_, i) => i !== at)
    else if (isObject(old)) merged[at] = mergeObject(kind, old, item, path)
    else merged.push(withoutDirectives(item))
  }
  return merged
}

/** The key by which items are told apart; '' for plain values that form a set; `undefined` for a list as a whole. */
function mergeKey(kind: Kind, path: readonly string[], patch: readonly Json[]): string | undefined {
  const name = path.at(-1) ?? ''
  if (Object.hasOwn(OWN_KEYS, name)) return OWN_KEYS[name] || undefined
  const shape = shapeOf(kind, path, [...patch])
  if (shape.type === 'set') return ''
  return shape.type === 'keyed' ? shape.keys[0] : undefined
}

function withoutDirectives(item: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(clone(item)).filter(([key]) => !key.startsWith('$')))
}
