import type * as z from 'zod'
import { didYouMean } from '../did-you-mean.ts'
import { keysAt } from './schema.ts'

/** One thing wrong with a file: where, as a path of keys and indexes, and what, to be read after the field's name. */
export interface Problem {
  path: readonly PropertyKey[]
  message: string
}

/** Turns a zod issue into words; an issue with several unknown keys is several problems. */
export function problemsOf(issue: z.core.$ZodIssue, input: unknown): Problem[] {
  const path = issue.path
  const value = valueAt(input, path)
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = keysAt(path)
      return issue.keys.map(key => ({ path: [...path, key], message: unknownKey(path, key, known) }))
    }
    case 'invalid_value': {
      if (value === undefined) return [{ path, message: 'is missing' }]
      const values = issue.values.map(String)
      return [{ path, message: `must be ${listed(values)}, not ${shown(value)}${didYouMean(String(value), values)}` }]
    }
    case 'invalid_type':
      if (value === undefined) return [{ path, message: 'is missing' }]
      return [{ path, message: `must be ${typeNames[issue.expected] ?? issue.expected}, not ${shown(value)}` }]
    case 'invalid_union':
      return [{ path, message: `must be a text, a number, true or false, not ${shown(value)}` }]
    default:
      return [{ path, message: issue.message }]
  }
}

function unknownKey(path: readonly PropertyKey[], key: string, known: string[]): string {
  if (path.at(-1) === 'credential') {
    return 'is not known here: nothing is read from a Secret; give file, an AWS credentials file, and profile'
  }
  return `is not a known field${didYouMean(key, known) || `; known here: ${known.join(', ')}`}`
}

const typeNames: Record<string, string> = {
  string: 'a text',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  array: 'a list',
  object: 'a map of fields',
  record: 'a map of fields',
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' && value !== null ? 'a map of fields' : JSON.stringify(value)
}

function listed(values: string[]): string {
  return values.length < 2 ? values.join('') : `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, step) => (value as Record<PropertyKey, unknown> | undefined)?.[step], input)
}

/** `locations[0].objectStorage.bucket` */
export function fieldName(path: readonly PropertyKey[]): string {
  return path.map((step, i) => (typeof step === 'number' ? `[${step}]` : `${i ? '.' : ''}${String(step)}`)).join('')
}
