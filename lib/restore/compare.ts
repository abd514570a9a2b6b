import { sortedSet } from '../velero/byte-order.ts'
import { isObject } from './json.ts'
import { isNumber, sameNumber } from './json-equality.ts'
import type { JsonObject, KubeObject } from './types.ts'

/** By which Velero and we mark what a restore created. */
export const RESTORE_LABELS: readonly string[] = ['velero.io/backup-name', 'velero.io/restore-name']

/** Fields that tell of an object's past and present, not of what it is meant to be. */
const IGNORED = new Set([
  'status',
  'metadata\0managedFields',
  // Counted by the controller: a rollback changes it, and nobody else.
  'metadata\0annotations\0deployment.kubernetes.io/revision',
  ...RESTORE_LABELS.map(key => `metadata\0labels\0${key}`),
])

const DEEPEST_IGNORED = 3

const MOST = 10

/**
 * Where two objects differ, as paths (`spec.template.spec.containers[0].image`, `data.nginx.conf`), in byte order of
 * their keys, at most 10. Missing, null and [] are the same, and {} in metadata, where maps come and go; elsewhere {} says
 * something: a selector of it fits all, none fits nothing. Numbers are compared by value to the digit. Both are to be reset
 * and free of what a cluster generates.
 */
export function differences(desired: KubeObject, live: KubeObject): string[] {
  const found: string[] = []
  collect(desired, live, [], found)
  return found
}

function collect(a: unknown, b: unknown, path: (string | number)[], found: string[]): void {
  if (found.length >= MOST || a === b) return
  if (isObject(a) && isObject(b)) collectKeys(a, b, path, found)
  else if (Array.isArray(a) && Array.isArray(b) && a.length > 0 && b.length > 0) {
    for (let i = 0; i < Math.max(a.length, b.length); i++) collectAt(i, a[i], b[i], path, found)
  } else if (isEmpty(a, path) && isEmpty(b, path)) return
  else if (isObject(a) ? isEmpty(b, path) : isObject(b) && isEmpty(a, path)) {
    // All of it is missing on one side: named as a whole, unless only what is ignored is in it.
    const inside: string[] = []
    collectKeys(isObject(a) ? a : {}, isObject(b) ? b : {}, path, inside)
    if (inside.length > 0 || path[0] !== 'metadata') found.push(printed(path))
  } else if (!isNumber(a) || !isNumber(b) || !sameNumber(a, b)) found.push(printed(path))
}

function collectKeys(a: JsonObject, b: JsonObject, path: (string | number)[], found: string[]): void {
  for (const key of sortedSet([...Object.keys(a), ...Object.keys(b)])) {
    collectAt(key, own(a, key), own(b, key), path, found)
  }
}

function collectAt(key: string | number, a: unknown, b: unknown, path: (string | number)[], found: string[]): void {
  path.push(key)
  if (path.length > DEEPEST_IGNORED || !IGNORED.has(path.join('\0'))) collect(a, b, path, found)
  path.pop()
}

function own(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined
}

function isEmpty(value: unknown, path: readonly (string | number)[]): boolean {
  if (value === undefined || value === null) return true
  if (Array.isArray(value)) return value.length === 0
  return path[0] === 'metadata' && isObject(value) && Object.keys(value).length === 0
}

function printed(path: readonly (string | number)[]): string {
  return path.map((key, i) => (typeof key === 'number' ? `[${key}]` : i === 0 ? key : `.${key}`)).join('')
}
