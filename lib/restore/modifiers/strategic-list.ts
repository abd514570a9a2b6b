import { isObject, member } from '../json.ts'
import { sameJson } from '../json-equality.ts'
import type { JsonObject } from '../types.ts'
import { hasDirective, PATCH, plain, unknownDirective } from './directives.ts'
import { PatchError } from './errors.ts'
import { inOrder, isSubsequence, type List, type Same } from './list-order.ts'
import type { Field, Fields } from './merge-keys.ts'

type MergeItem = (item: JsonObject, patch: JsonObject, fields: Fields) => JsonObject

/**
 * A list after the patch, in the order that an API server gives it: new items stand before those that the patch leaves
 * alone. Throws PatchError.
 */
export function mergeList(before: List, patch: List, field: Field, mergeItem: MergeItem): List {
  if (field.list === undefined) return plain(patch) as List
  if (field.list === 'set') return inOrder(union(before, patch), patch, before, sameJson)
  const { key } = field.list
  const { said, unwanted, replaces } = byDirective(withKey(patch, key))
  if (replaces) return plain(said) as List
  const same = sameBy(key)
  const merged = withKey(before, key).filter(item => !unwanted.some(other => same(item, other)))
  for (const item of said) {
    const at = merged.findIndex(other => same(item, other))
    const old = merged[at]
    if (old === undefined) merged.push(plain(item) as JsonObject)
    else merged[at] = mergeItem(old, item, field.fields ?? {})
  }
  return inOrder(merged, said, before, same)
}

/** A list, before and after its patch, in the order of `$setElementOrder`. Throws PatchError. */
export function orderList(
  { before, patch, after }: { before: unknown; patch: unknown; after: unknown },
  order: List,
  field: Field,
): unknown {
  if (!Array.isArray(after)) return after
  const key = typeof field.list === 'object' ? field.list.key : undefined
  const same = key === undefined ? sameJson : sameBy(key)
  const wanted = key === undefined ? order : withKey(order, key)
  const said = Array.isArray(patch) ? patch.filter(item => !hasDirective(item)) : []
  if (wanted.length > 0 && !isSubsequence(said, wanted, same)) {
    throw new PatchError("The order in patch list doesn't match $setElementOrder list")
  }
  return inOrder(after, wanted, Array.isArray(before) ? before : [], same)
}

/** The items of a patch by what their `$patch` says. Of one that replaces the list only that is taken. */
function byDirective(patch: readonly JsonObject[]) {
  const orders = patch.filter(hasDirective)
  for (const item of orders) {
    if (item[PATCH] === 'merge') throw new PatchError('merging lists cannot yet be specified in the patch')
    if (item[PATCH] !== 'delete' && item[PATCH] !== 'replace') throw unknownDirective(item)
  }
  return {
    said: patch.filter(item => !hasDirective(item)),
    unwanted: orders.filter(item => item[PATCH] === 'delete'),
    replaces: orders.some(item => item[PATCH] === 'replace'),
  }
}

/** The items, each with the member that tells it apart. */
function withKey(list: List, key: string): JsonObject[] {
  return list.map(item => {
    if (!isObject(item)) throw new PatchError('list element types are not identical')
    if (Object.hasOwn(item, key) || item[PATCH] === 'replace') return item
    throw new PatchError(`map: [${Object.keys(item).join(' ')}] does not contain declared merge key: ${key}`)
  })
}

function sameBy(key: string): Same {
  return (a, b) => isObject(a) && isObject(b) && sameJson(member(a, key), member(b, key))
}

function union(before: List, patch: List): List {
  const all = [...before, ...patch]
  if (all.some(item => isObject(item) || Array.isArray(item))) {
    throw new PatchError('cannot merge lists without merge key')
  }
  return all.filter((item, i) => all.findIndex(other => sameJson(item, other)) === i)
}
