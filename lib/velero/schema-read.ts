import type * as z from 'zod'
import { InvalidInputError, LateenError, messageOf } from './errors.ts'

/** A manifest from a person or a message is not what its kind demands. The message gives each field and what is wrong there. */
export class InvalidManifestError extends InvalidInputError {}

/** A record in a bucket can't be read as what its key says it is. */
export class InvalidRecordError extends LateenError {}

/** Reads what a person or a message gave, by a schema for `given`; the object's status is dropped. Throws InvalidManifestError. */
export function readManifest(schema: z.ZodType, input: unknown): unknown {
  const result = readBy(schema, input)
  if ('problem' in result) {
    throw new InvalidManifestError(result.problem, { next: 'Correct the manifest and send it again.' })
  }
  const { status: _, metadata, ...object } = result.value as { status?: unknown; metadata: Record<string, unknown> }
  const { selfLink: __, deletionGracePeriodSeconds: ___, ...kept } = metadata
  return { ...object, metadata: kept }
}

/** Reads the JSON of a record, by a schema for `stored`. Throws InvalidRecordError. */
export function readRecord(schema: z.ZodType, json: string): unknown {
  const next =
    'Look at the object in the bucket; an older version of it may still be there if the bucket keeps versions.'
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch (error) {
    throw new InvalidRecordError(`not JSON: ${messageOf(error)}`, { next, cause: error })
  }
  const result = readBy(schema, value)
  if ('problem' in result) throw new InvalidRecordError(result.problem, { next })
  return result.value
}

/** Reads any value by a schema; `problem` names each field that is wrong. A null counts as absent. */
export function readBy(schema: z.ZodType, input: unknown): { value: unknown } | { problem: string } {
  const result = schema.safeParse(withoutNulls(input), { reportInput: true })
  return result.success ? { value: result.data } : { problem: result.error.issues.map(describe).join('; ') }
}

/** To Kubernetes a null is a field left out. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (typeof value !== 'object' || value === null) return value
  const present = Object.entries(value).filter(([, member]) => member !== null && member !== undefined)
  return Object.fromEntries(present.map(([key, member]) => [key, withoutNulls(member)]))
}

function describe(issue: z.core.$ZodIssue): string {
  const path = issue.path
    .map((key, i) => (typeof key === 'number' ? `[${key}]` : `${i === 0 ? '' : '.'}${String(key)}`))
    .join('')
  return path === '' ? wording(issue) : `${path}: ${wording(issue)}`
}

function wording(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') {
    const expected = issue.expected === 'record' ? 'object' : issue.expected
    return issue.input === undefined ? `required (${expected})` : `expected ${expected}, got ${kindOf(issue.input)}`
  }
  if (issue.code === 'invalid_value') return `expected ${issue.values.map(value => JSON.stringify(value)).join(' or ')}`
  return issue.message
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}
