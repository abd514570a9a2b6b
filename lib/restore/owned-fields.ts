import { isObject } from './json.ts'
import type { JsonObject } from './types.ts'

/**
 * Whether every field of a value is in a set of owned ones, in the API server's notation (fieldsV1): `f:` and a key, `k:`
 * and the keys by which a list's element is known, `v:` and an element; `{}` stands for all that lies below.
 */
export function ownsAll(fields: unknown, value: unknown): boolean {
  if (!isObject(fields)) return isEmpty(value)
  if (Object.keys(fields).length === 0) return true
  if (Array.isArray(value)) return value.every(element => ownsElement(fields, element))
  if (!isObject(value)) return true
  return Object.entries(value).every(
    ([key, inner]) => inner === undefined || inner === null || ownsAll(own(fields, `f:${key}`), inner),
  )
}

/** There is nothing in it to be owned. */
function isEmpty(value: unknown): boolean {
  return Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0
}

function ownsElement(fields: JsonObject, element: unknown): boolean {
  if (!isObject(element)) return Object.hasOwn(fields, `v:${JSON.stringify(element)}`)
  const [, inner] =
    Object.entries(fields).find(([name]) => name.startsWith('k:') && isNamed(name.slice(2), element)) ?? []
  return ownsAll(inner, element)
}

/** Whether an element is the one that `{"name":"web"}` means. */
function isNamed(keys: string, element: JsonObject): boolean {
  try {
    return Object.entries(JSON.parse(keys)).every(([key, value]) => own(element, key) === value)
  } catch {
    return false
  }
}

function own(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined
}
