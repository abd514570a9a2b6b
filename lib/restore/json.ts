import { isRawNumber } from '../velero/lossless.ts'
import type { JsonObject } from './types.ts'

// Objects of a backup are whatever somebody once stored: every step into one is checked. Keys that come from data are only
// read by hasOwn and written by fromEntries, for which `__proto__` is a name like any other.

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isRawNumber(value)
}

/** What is at a path of keys that are ours; undefined where a step is missing or no object. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  let current = value
  for (const key of path) {
    if (!isObject(current) || !Object.hasOwn(current, key)) return undefined
    current = current[key]
  }
  return current
}

export function objectAt(value: unknown, ...path: readonly string[]): JsonObject | undefined {
  const found = at(value, ...path)
  return isObject(found) ? found : undefined
}

/** The text at a path; '' where there is none. */
export function textAt(value: unknown, ...path: readonly string[]): string {
  const found = at(value, ...path)
  return typeof found === 'string' ? found : ''
}

/** The list at a path; empty where there is none. */
export function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = at(value, ...path)
  return Array.isArray(found) ? found : []
}

/** The objects in the list at a path. */
export function objectsAt(value: unknown, ...path: readonly string[]): JsonObject[] {
  return listAt(value, ...path).filter(isObject)
}

/** The value of an annotation or label; '' where there is none. */
export function annotationOf(object: unknown, key: string): string {
  return textAt(object, 'metadata', 'annotations', key)
}

export function labelOf(object: unknown, key: string): string {
  return textAt(object, 'metadata', 'labels', key)
}

export function deleteKeys(object: JsonObject | undefined, keys: readonly string[]): void {
  for (const key of keys) delete object?.[key]
}

/** A copy that shares nothing with the value, numbers to the digit. */
export function copyJson<T>(value: T): T
export function copyJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyJson)
  if (!isObject(value)) return value
  // Every object is copied, and assignment takes a third of the time of fromEntries.
  const copy: JsonObject = {}
  for (const key of Object.keys(value)) {
    if (key === '__proto__') Object.defineProperty(copy, key, { ...OWN, value: copyJson(value[key]) })
    else copy[key] = copyJson(value[key])
  }
  return copy
}

const OWN = { configurable: true, enumerable: true, writable: true }

/** What an object holds under that name itself, not what it inherits. */
export function member<T>(object: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined
}

export function without(object: JsonObject, name: string): JsonObject {
  const { [name]: _, ...others } = object
  return others
}
