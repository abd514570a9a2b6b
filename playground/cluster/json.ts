/**
 * A number that a JavaScript number would change (12345678901234567, 1.0), kept as its own digits. JSON.stringify prints
 * it as it came. The language makes these objects frozen, so they may be shared.
 */
export interface RawNumber {
  readonly rawJSON: string
}
export type Json = null | boolean | number | string | RawNumber | Json[] | JsonObject
export interface JsonObject {
  [key: string]: Json | undefined
}

// Part of Node 21 and later; TypeScript's own library does not know them yet.
const native = JSON as unknown as { rawJSON(text: string): RawNumber; isRawJSON(value: unknown): value is RawNumber }

/** Parses without losing a digit. Throws SyntaxError. */
export function parseJson(text: string): Json {
  const keepDigits = (_key: string, value: Json, context?: { source?: string }): Json =>
    typeof value === 'number' && context?.source !== undefined && String(value) !== context.source
      ? native.rawJSON(context.source)
      : value
  return JSON.parse(text, keepDigits as (key: string, value: unknown) => unknown) as Json
}

/** With the escapes of Go's encoder, which make JSON safe inside HTML. */
export function printJson(value: Json): string {
  const text = JSON.stringify(value)
  return /[<>&\u2028\u2029]/.test(text)
    ? text.replace(/[<>&\u2028\u2029]/g, c => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
    : text
}

export const isRawNumber = (value: unknown): value is RawNumber => native.isRawJSON(value)

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isRawNumber(value)
}

export function clone<T extends Json | undefined>(value: T): T {
  if (Array.isArray(value)) return value.map(item => clone(item)) as T
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, clone(item)])) as T
}

/** Equal in value; the order of keys does not count. */
export function equal(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true
  if (isRawNumber(a) && isRawNumber(b)) return a.rawJSON === b.rawJSON
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => equal(item, b[i]))
  if (!isObject(a) || !isObject(b)) return false
  const keys = present(a)
  return keys.length === present(b).length && keys.every(key => Object.hasOwn(b, key) && equal(a[key], b[key]))
}

const present = (object: JsonObject) => Object.keys(object).filter(key => object[key] !== undefined)

/** The object at a path, or an empty one that is not part of `value`. */
export function at(value: Json | undefined, ...path: string[]): JsonObject {
  const found = find(value, ...path)
  return isObject(found) ? found : {}
}

/** What lies at a path of keys; `undefined` where the path ends early. */
export function find(value: Json | undefined, ...path: string[]): Json | undefined {
  let here = value
  for (const key of path) {
    if (!isObject(here) || !Object.hasOwn(here, key)) return undefined
    here = here[key]
  }
  return here
}

/** The object under a key, made if there is none. */
export function child(object: JsonObject, key: string): JsonObject {
  const found = object[key]
  if (isObject(found)) return found
  const made: JsonObject = {}
  object[key] = made
  return made
}

export const list = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : [])
export const objects = (value: Json | undefined): JsonObject[] => list(value).filter(isObject)
export const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '')
