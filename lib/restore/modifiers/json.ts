import { isRawNumber } from '../../velero/lossless.ts'
import type { JsonObject } from '../types.ts'

// Values as velero/lossless.ts parses them. A raw number is an object to JavaScript, but none to JSON. Objects are read by
// own names only, and written as literals with computed names, so that `__proto__` is a name like any other.

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isRawNumber(value)
}

/** What an object holds under that name itself, not what it inherits. */
export function member<T>(object: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined
}

export function without(object: JsonObject, name: string): JsonObject {
  const { [name]: _, ...others } = object
  return others
}

/** Equality as JSON patch has it: numbers by their values, objects without regard to order. */
export function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => equal(item, b[i]))
  if (isObject(a)) {
    if (!isObject(b)) return false
    const names = Object.keys(a)
    return (
      names.length === Object.keys(b).length && names.every(name => Object.hasOwn(b, name) && equal(a[name], b[name]))
    )
  }
  return isNumber(a) && isNumber(b) && canonical(JSON.stringify(a)) === canonical(JSON.stringify(b))
}

/** A copy that shares nothing with the value. */
export function copyOf<T>(value: T): T
export function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf)
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, copyOf(item)]))
}

const isNumber = (value: unknown) => typeof value === 'number' || isRawNumber(value)

/** One text for each value, however it is written: `10`, `10.0` and `1e1` are `1e1`. No digit is lost. */
function canonical(number: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(number) ?? []
  const digits = (whole + fraction).replace(/^0+/, '')
  const significant = digits.replace(/0+$/, '')
  if (significant === '') return '0'
  return `${sign}${significant}e${BigInt(exponent) - BigInt(fraction.length) + BigInt(digits.length - significant.length)}`
}
