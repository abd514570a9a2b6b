import { isObject, member } from '../json.ts'
import type { JsonObject } from '../types.ts'
import { PatchError } from './errors.ts'

// The members of a strategic merge patch that are orders, not fields: `$patch`, `$retainKeys`, `$setElementOrder/FIELD`
// and `$deleteFromPrimitiveList/FIELD`.

export const PATCH = '$patch'

const FOR_FIELDS = {
  $setElementOrder: 'invalid patch format of setElementOrder list',
  $deleteFromPrimitiveList: 'invalid patch format of primitive list',
} as const

export function hasDirective(value: unknown): value is JsonObject {
  return isObject(value) && Object.hasOwn(value, PATCH)
}

export function isDirective(name: string): boolean {
  return name === PATCH || name === '$retainKeys' || Object.keys(FOR_FIELDS).some(prefix => name.startsWith(prefix))
}

/** For a `$patch` that is none of those known. */
export function unknownDirective(patch: JsonObject): PatchError {
  const directive = patch[PATCH]
  const said = typeof directive === 'string' ? directive : JSON.stringify(directive)
  return new PatchError(`unknown patch type: ${said} in map: [${Object.keys(patch).join(' ')}]`)
}

/** The lists that a patch gives with a directive, by the field concerned. */
export function directivesOf(patch: JsonObject, directive: keyof typeof FOR_FIELDS): [string, unknown[]][] {
  const given = Object.entries(patch).filter(([name]) => name.startsWith(directive))
  return given.map(([name, list]) => {
    const field = name.slice(directive.length + 1)
    if (!name.startsWith(`${directive}/`) || field === '' || !Array.isArray(list)) {
      throw new PatchError(FOR_FIELDS[directive])
    }
    return [field, list]
  })
}

/** The target without the fields that `$retainKeys` does not name. It has to name all that the patch sets. */
export function retained(target: JsonObject, patch: JsonObject): JsonObject {
  const names = member(patch, '$retainKeys')
  if (names === undefined) return target
  const said = Object.entries(patch).filter(([name, value]) => value !== null && !isDirective(name))
  if (!Array.isArray(names) || !said.every(([name]) => names.includes(name))) {
    throw new PatchError('invalid patch format of retainKeys')
  }
  return Object.fromEntries(Object.entries(target).filter(([name]) => names.includes(name)))
}

/**
 * What a patch says of something that is not there yet: without directives and nulls. Undefined for an object with
 * `$patch`, whatever is beside it: the API server drops it too.
 */
export function plain(value: unknown): unknown {
  if (hasDirective(value)) return undefined
  if (Array.isArray(value)) return value.map(plain).filter(item => item !== undefined)
  return isObject(value) ? plainMembers(value) : value
}

/** The same of an object's members, whatever its own `$patch` says. */
export function plainMembers(object: JsonObject): JsonObject {
  const said = Object.entries(object).filter(([name, value]) => value !== null && !isDirective(name))
  return Object.fromEntries(
    said.map(([name, value]) => [name, plain(value)]).filter(([, value]) => value !== undefined),
  )
}
