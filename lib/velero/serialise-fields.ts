// How Go's encoding/json treats the fields of Kubernetes' structs. A rule takes a field's value, undefined where it is
// absent, and answers what is written; undefined leaves the field out.

import { formatDuration, parseDuration } from './duration.ts'
import { timestamp } from './timestamps.ts'

export type Rule = (value: never) => unknown
/** The fields of a struct, in Go's order. */
export type Fields = Record<string, Rule>

/** `omitempty` on a string, number or bool: zero values are left out. */
export const filled: Rule = (value: unknown) => value || undefined

/** A pointer with `omitempty`, or anything else written as it is wherever it is present. */
export const present: Rule = (value: unknown) => value

/** No `omitempty`: always written. */
export const always =
  (zero: unknown): Rule =>
  (value: unknown) =>
    value ?? zero

export const list: Rule = (value: unknown[] | undefined) => (value?.length ? value : undefined)

export const map: Rule = (value: Record<string, string> | undefined) =>
  value === undefined || Object.keys(value).length === 0 ? undefined : new Map(Object.entries(value))

/** metav1.Duration is a struct, so that `omitempty` does nothing. */
export const duration: Rule = (value: string | undefined) => canonical(value ?? '0s')

export const durationPointer: Rule = (value: string | undefined) => (value === undefined ? undefined : canonical(value))

const canonical = (text: string) => formatDuration(parseDuration(text))

export const time: Rule = (value: string | undefined) => (value === undefined ? undefined : timestamp(new Date(value)))

/** metav1.Time by value: null where it is not set. */
export const timeOrNull: Rule = (value: string | undefined) => (value === undefined ? null : timestamp(new Date(value)))

/** A struct by value: written even if nothing is in it. */
export const struct =
  (fields: Fields): Rule =>
  (value: object = {}) =>
    write(fields, value)

export const structPointer =
  (fields: Fields): Rule =>
  (value: object | undefined) =>
    value === undefined ? undefined : write(fields, value)

export const structs =
  (fields: Fields): Rule =>
  (value: object[] | undefined) =>
    value?.length ? value.map(item => write(fields, item)) : undefined

function write(fields: Fields, value: object): Record<string, unknown> {
  const given = value as Record<string, never>
  return Object.fromEntries(Object.entries(fields).map(([name, rule]) => [name, rule(given[name] as never)]))
}
