import { compare, stated } from '../fields/compare.ts'
import { itemsByStep, shapeOf } from '../fields/schema.ts'
import { contains, difference, emptySet, type FieldSet, intersection, isEmpty, paths, union } from '../fields/set.ts'
import { clone, isObject, type Json, type JsonObject } from '../json.ts'
import { groupVersion, type Kind } from '../kinds.ts'
import { type Author, type Manager, managersOf, storeManagers } from '../managed-fields.ts'
import { StatusError } from '../status.ts'

/** Notes that somebody applied a new object. */
export function recordApplied(kind: Kind, applied: JsonObject) {
  return (_kind: Kind, object: JsonObject, author: Author): void => {
    const manager: Manager = {
      ...author,
      operation: 'Apply',
      apiVersion: groupVersion(kind),
      fields: stated(kind, applied),
    }
    storeManagers(object.metadata as JsonObject, [manager])
  }
}

export interface Applied {
  object: JsonObject
  /** Who owns what afterwards. */
  managers: Manager[]
}

/**
 * Server-side apply on a live object: what is stated is set, what the same manager stated before and nobody else owns
 * goes. Throws 409 where another manager owns a field that would change, unless forced.
 */
export function apply(kind: Kind, live: JsonObject, applied: JsonObject, author: Author, force: boolean): Applied {
  const managers = managersOf(live.metadata as JsonObject)
  const isMine = (manager: Manager) =>
    manager.operation === 'Apply' && manager.manager === author.manager && manager.subresource === author.subresource
  const mine = managers.find(isMine)
  const others = managers.filter(manager => manager !== mine)
  const fields = stated(kind, applied)
  const merged = mergeApplied(kind, live, applied, [])
  const changed = intersection(fields, compare(kind, live, merged).written)
  const conflicts = others.map(manager => ({ manager, fields: intersection(manager.fields, changed) }))
  const real = conflicts.filter(conflict => !isEmpty(conflict.fields))
  if (real.length > 0 && !force) throw refusal(real)
  const remaining = others.map(manager => ({ ...manager, fields: difference(manager.fields, changed) }))
  const owned = remaining.reduce((set, manager) => union(set, manager.fields), fields)
  const dropped = difference(mine?.fields ?? emptySet(), owned)
  const object = prune(kind, merged, dropped, [], []) as JsonObject
  const { written, removed } = compare(kind, live, object)
  const time = isEmpty(written) && isEmpty(removed) ? (mine?.time ?? '') : author.time
  const self: Manager = { ...author, time, operation: 'Apply', apiVersion: groupVersion(kind), fields }
  return { object, managers: [...remaining, self] }
}

function refusal(conflicts: { manager: Manager; fields: FieldSet }[]): StatusError {
  const causes = conflicts.flatMap(({ manager, fields }) =>
    paths(fields).map(path => ({
      reason: 'FieldManagerConflict',
      message: `conflict with ${JSON.stringify(manager.manager)}${using(manager)}`,
      field: path.map(step => (step.startsWith('f:') ? `.${step.slice(2)}` : printItem(step))).join(''),
    })),
  )
  const told =
    causes.length === 1 ? `${causes[0]?.message}: ${causes[0]?.field}` : causes.map(c => `\n- ${c.field}`).join('')
  const message = `Apply failed with ${causes.length} conflict${causes.length === 1 ? '' : 's'}: ${told}`
  return new StatusError(409, { message, reason: 'Conflict', details: { causes } })
}

/** Said of those who wrote without applying. */
const using = ({ operation, apiVersion }: Manager) => (operation === 'Apply' ? '' : ` using ${apiVersion}`)

function printItem(step: string): string {
  if (!step.startsWith('k:')) return `[${step.slice(2)}]`
  const keys = Object.entries(JSON.parse(step.slice(2)) as Record<string, unknown>)
  return `[${keys.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(',')}]`
}

function mergeApplied(kind: Kind, live: JsonObject, applied: JsonObject, names: readonly string[]): JsonObject {
  const merged = new Map(Object.entries(live))
  for (const [key, value] of Object.entries(applied)) {
    if (value === undefined) continue
    merged.set(key, mergeValue(kind, merged.get(key), value, [...names, key]))
  }
  return Object.fromEntries(merged)
}

function mergeValue(kind: Kind, live: Json | undefined, applied: Json, names: readonly string[]): Json {
  const shape = shapeOf(kind, names, applied)
  if (shape.type === 'map' && isObject(applied)) return mergeApplied(kind, isObject(live) ? live : {}, applied, names)
  if (shape.type === 'atomic' || !Array.isArray(applied)) return clone(applied)
  const before = itemsByStep(shape, Array.isArray(live) ? live : [])
  for (const [step, item] of itemsByStep(shape, applied)) {
    const old = before.get(step)
    before.set(step, isObject(old) && isObject(item) ? mergeApplied(kind, old, item, names) : clone(item))
  }
  return [...before.values()]
}

/** The value without the fields in `dropped`, and without containers that this leaves empty. */
function prune(kind: Kind, value: Json, dropped: FieldSet, path: readonly string[], names: readonly string[]): Json {
  if (isObject(value)) {
    const kept = Object.entries(value).flatMap(([key, item]): [string, Json][] => {
      const [below, name] = [
        [...path, `f:${key}`],
        [...names, key],
      ]
      if (item === undefined || contains(dropped, below)) return []
      const pruned = prune(kind, item, dropped, below, name)
      return isHollow(pruned) && !isHollow(item) ? [] : [[key, pruned]]
    })
    return Object.fromEntries(kept)
  }
  const shape = shapeOf(kind, names, value)
  if (!Array.isArray(value) || shape.type === 'atomic' || shape.type === 'map') return value
  return [...itemsByStep(shape, value)].flatMap(([step, item]) =>
    contains(dropped, [...path, step]) ? [] : [prune(kind, item, dropped, [...path, step], names)],
  )
}

const isHollow = (value: Json) =>
  isObject(value) ? Object.keys(value).length === 0 : Array.isArray(value) && value.length === 0

/** Who else may apply: the name is not optional. */
export function requireManager(manager: string): string {
  if (manager !== '') return manager
  const message = 'Required value: is required for apply patch'
  throw new StatusError(422, {
    message: `PatchOptions.meta.k8s.io "" is invalid: fieldManager: ${message}`,
    reason: 'Invalid',
    details: {
      group: 'meta.k8s.io',
      kind: 'PatchOptions',
      causes: [{ reason: 'FieldValueRequired', message, field: 'fieldManager' }],
    },
  })
}
