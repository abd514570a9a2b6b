import { isObject, type JsonObject } from '../json.ts'

/**
 * A set of field paths as managedFields hold it: `member` says that the path to this node is in the set. Children are
 * named as FieldsV1 names them: `f:name`, `k:{"name":"a"}`, `v:"x"`.
 */
export interface FieldSet {
  member: boolean
  children: Map<string, FieldSet>
}

export const emptySet = (): FieldSet => ({ member: false, children: new Map() })

export function insert(set: FieldSet, path: readonly string[]): void {
  let here = set
  for (const step of path) {
    const next = here.children.get(step) ?? emptySet()
    here.children.set(step, next)
    here = next
  }
  here.member = true
}

export function contains(set: FieldSet, path: readonly string[]): boolean {
  let here: FieldSet | undefined = set
  for (const step of path) here = here?.children.get(step)
  return here?.member === true
}

export const isEmpty = (set: FieldSet): boolean => !set.member && set.children.size === 0

/** Every path in the set. */
export function paths(set: FieldSet, at: readonly string[] = []): string[][] {
  const below = [...set.children].flatMap(([step, next]) => paths(next, [...at, step]))
  return set.member && at.length > 0 ? [[...at], ...below] : below
}

export function union(a: FieldSet, b: FieldSet): FieldSet {
  const result = emptySet()
  for (const path of [...paths(a), ...paths(b)]) insert(result, path)
  return result
}

export function filter(set: FieldSet, keep: (path: string[]) => boolean): FieldSet {
  const result = emptySet()
  for (const path of paths(set)) if (keep(path)) insert(result, path)
  return result
}

export const difference = (a: FieldSet, b: FieldSet): FieldSet => filter(a, path => !contains(b, path))
export const intersection = (a: FieldSet, b: FieldSet): FieldSet => filter(a, path => contains(b, path))

/** As `fieldsV1`: a leaf is {}, a path that is in the set and has others below it holds a ".". */
export function printSet(set: FieldSet): JsonObject {
  const steps = [...set.children.keys()].sort()
  const below = steps.map(step => [step, printSet(set.children.get(step) ?? emptySet())] as const)
  return { ...(set.member && below.length > 0 && { '.': {} }), ...Object.fromEntries(below) }
}

export function parseSet(fields: JsonObject): FieldSet {
  const set = emptySet()
  const entries = Object.entries(fields)
  for (const [step, value] of entries) {
    if (step === '.') set.member = true
    else if (isObject(value)) set.children.set(step, parseBelow(value))
  }
  return set
}

function parseBelow(fields: JsonObject): FieldSet {
  const set = parseSet(fields)
  return Object.keys(fields).length === 0 ? { ...set, member: true } : set
}
