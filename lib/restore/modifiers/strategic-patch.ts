import { isObject, member } from '../json.ts'
import { sameJson } from '../json-equality.ts'
import type { JsonObject } from '../types.ts'
import {
  directivesOf,
  hasDirective,
  isDirective,
  PATCH,
  plain,
  plainMembers,
  retained,
  unknownDirective,
} from './directives.ts'
import type { Field, Fields } from './merge-keys.ts'
import { mergeList, orderList } from './strategic-list.ts'

/**
 * Kubernetes' strategic merge patch, with the results of an API server. `fields` says which lists are merged. Target and
 * patch stay as they were; the answer may share parts with both. Throws PatchError.
 */
export function strategicPatch(target: JsonObject, patch: JsonObject, fields: Fields): JsonObject {
  if (hasDirective(patch)) return replaced(patch)
  const before = retained(target, patch)
  const after = new Map(Object.entries(before))
  const assign = (name: string, value: unknown) => (value === undefined ? after.delete(name) : after.set(name, value))
  for (const [name, value] of Object.entries(patch)) {
    if (!isDirective(name)) assign(name, merged(member(before, name), value, member(fields, name) ?? {}))
  }
  for (const [name, order] of directivesOf(patch, '$setElementOrder')) {
    const lists = { before: member(before, name), patch: member(patch, name), after: after.get(name) }
    assign(name, orderList(lists, order, member(fields, name) ?? {}))
  }
  for (const [name, unwanted] of directivesOf(patch, '$deleteFromPrimitiveList')) {
    const list = after.get(name)
    if (Array.isArray(list))
      assign(
        name,
        list.filter(item => !unwanted.some(other => sameJson(item, other))),
      )
  }
  return Object.fromEntries(after)
}

function replaced(patch: JsonObject): JsonObject {
  if (patch[PATCH] === 'replace') return plainMembers(patch)
  if (patch[PATCH] === 'delete') return {}
  throw unknownDirective(patch)
}

/** A field after the patch; undefined if it is gone. */
function merged(before: unknown, patch: unknown, field: Field): unknown {
  if (patch === null) return undefined
  if (isObject(before) && isObject(patch)) return strategicPatch(before, patch, field.fields ?? {})
  if (Array.isArray(before) && Array.isArray(patch)) return mergeList(before, patch, field, strategicPatch)
  return plain(patch)
}
