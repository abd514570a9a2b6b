import { isObject, member } from '../json.ts'
import type { JsonObject } from '../types.ts'

/**
 * JSON merge patch (RFC 7386): null removes, objects merge, all else replaces. Target and patch stay as they were; the
 * answer may share parts with both.
 */
export function applyMergePatch(target: unknown, patch: JsonObject): JsonObject {
  const before = isObject(target) ? target : {}
  const merged = new Map(Object.entries(before))
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) merged.delete(name)
    else merged.set(name, isObject(value) ? applyMergePatch(member(before, name), value) : value)
  }
  return Object.fromEntries(merged)
}
