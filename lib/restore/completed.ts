import { InvalidObjectError } from './errors.ts'
import { annotationOf, at, isObject } from './json.ts'
import type { KubeObject } from './types.ts'

/** The field of a status that tells that the work is done, and the values that tell it. */
const ENDS: Record<string, { field: string; ended: (value: string) => boolean }> = {
  pods: { field: 'phase', ended: phase => phase === 'Succeeded' || phase === 'Failed' },
  'jobs.batch': { field: 'completionTime', ended: time => time !== '' },
}

/**
 * Whether a pod or job has ended: creating it again would run its work again. Throws InvalidObjectError where the field
 * that tells is no text; null counts as absent.
 */
export function isCompleted(resource: string, stored: KubeObject): boolean {
  const rule = Object.hasOwn(ENDS, resource) ? ENDS[resource] : undefined
  if (rule === undefined || stored.status === undefined || stored.status === null) return false
  const path = `.status.${rule.field}`
  if (!isObject(stored.status)) throw wrongType(path, stored.status, 'map[string]interface {}')
  const value = at(stored.status, rule.field) ?? ''
  if (typeof value !== 'string') throw wrongType(path, value, 'string')
  return rule.ended(value)
}

/** Velero's text, with Go's name of the value's type. */
function wrongType(path: string, value: unknown, expected: string): InvalidObjectError {
  const type = GO_TYPES[Array.isArray(value) ? 'array' : typeof value]
  return new InvalidObjectError(
    `${path} accessor error: ${JSON.stringify(value)} is of the type ${type}, expected ${expected}`,
  )
}

const GO_TYPES: Record<string, string> = {
  array: '[]interface {}',
  boolean: 'bool',
  number: 'float64',
  object: 'map[string]interface {}',
  string: 'string',
}

/** Whether this is the mirror of a static pod: its node makes it, nobody else can. */
export function isMirrorPod(resource: string, stored: KubeObject): boolean {
  return resource === 'pods' && annotationOf(stored, 'kubernetes.io/config.mirror') !== ''
}
