import { isObject, member, without } from '../json.ts'
import type { JsonObject } from '../types.ts'
import { PatchError } from './errors.ts'

// Objects and lists under one view, as the last step of a JSON pointer meets them. None is changed: each function answers a
// container of its own. The texts, and list indices that count from the end (-1 is the last), are those of Velero's library.

export type Container = JsonObject | readonly unknown[]

export function isContainer(value: unknown): value is Container {
  return Array.isArray(value) || isObject(value)
}

/** What is there; undefined where nothing is, or nothing can be. */
export function peek(container: Container, step: string): unknown {
  if (!isList(container)) return member(container, step)
  return isInteger(step) ? container.at(Number(step)) : undefined
}

/** The same. Throws PatchError for a step that is no index of the list. */
export function get(container: Container, step: string): unknown {
  return isList(container) ? container[index(step, container.length)] : member(container, step)
}

/** The same. Throws PatchError for nothing, too. */
export function getExisting(container: Container, step: string): unknown {
  const value = get(container, step)
  if (value === undefined) throw new PatchError(`unable to get nonexistent key: ${step}: missing value`)
  return value
}

/** With a value in the place of what is there. */
export function set(container: Container, step: string, value: unknown): Container {
  if (isList(container)) return container.with(index(step, container.length), value)
  return { ...container, [step]: value }
}

/** With one value more: in a list before the one at that index, or at its end by `-`. */
export function insert(container: Container, step: string, value: unknown): Container {
  if (!isList(container)) return { ...container, [step]: value }
  if (step === '-') return [...container, value]
  if (!isInteger(step)) throw new PatchError(`value was not a proper array index: '${step}': ${notAnInteger(step)}`)
  return container.toSpliced(index(step, container.length + 1), 0, value)
}

export function remove(container: Container, step: string): Container {
  if (isList(container)) return container.toSpliced(index(step, container.length), 1)
  if (Object.hasOwn(container, step)) return without(container, step)
  throw new PatchError(`unable to remove nonexistent key: ${step}: missing value`)
}

const isList = (container: Container): container is readonly unknown[] => Array.isArray(container)
const isInteger = (step: string) => /^[+-]?\d+$/.test(step)
const notAnInteger = (step: string) => `strconv.Atoi: parsing ${JSON.stringify(step)}: invalid syntax`

function index(step: string, length: number): number {
  if (!isInteger(step)) throw new PatchError(notAnInteger(step))
  const given = Number(step)
  const counted = given < 0 ? given + length : given
  if (counted >= 0 && counted < length) return counted
  throw new PatchError(`Unable to access invalid index: ${given}: invalid index referenced`)
}
