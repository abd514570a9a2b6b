import { clone, equal, isObject, type Json, type JsonObject, objects, text } from '../json.ts'

/** A patch that can't be carried out: a test that fails, a path that leads nowhere. */
export class PatchFailure extends Error {}

/** RFC 6902. The target stays as it was. Throws PatchFailure. */
export function jsonPatch(target: Json, operations: Json): Json {
  if (!Array.isArray(operations)) throw new PatchFailure('a JSON patch is a list')
  let document: Json = clone(target)
  for (const operation of objects(operations)) document = step(document, operation)
  return document
}

function step(document: Json, operation: JsonObject): Json {
  const path = pointer(text(operation.path))
  switch (operation.op) {
    case 'add':
      return put(document, path, clone(operation.value ?? null), true)
    case 'replace':
      get(document, path)
      return put(document, path, clone(operation.value ?? null), false)
    case 'remove':
      return drop(document, path)
    case 'move': {
      const from = pointer(text(operation.from))
      const value = get(document, from)
      return put(drop(document, from), path, value, true)
    }
    case 'copy':
      return put(document, path, clone(get(document, pointer(text(operation.from)))), true)
    case 'test':
      if (equal(get(document, path), operation.value ?? null)) return document
      throw new PatchFailure(`test failed at ${operation.path}`)
    default:
      throw new PatchFailure(`unknown operation ${JSON.stringify(operation.op)}`)
  }
}

function pointer(path: string): string[] {
  if (path === '') return []
  if (!path.startsWith('/')) throw new PatchFailure(`no JSON pointer: ${path}`)
  const steps = path.slice(1).split('/')
  return steps.map(step => step.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function get(document: Json, path: readonly string[]): Json {
  let here: Json = document
  for (const key of path) {
    const next = Array.isArray(here)
      ? here[index(here, key, false)]
      : isObject(here) && Object.hasOwn(here, key)
        ? here[key]
        : undefined
    if (next === undefined) throw new PatchFailure(`nothing at /${path.join('/')}`)
    here = next
  }
  return here
}

function put(document: Json, path: readonly string[], value: Json, insert: boolean): Json {
  const key = path.at(-1)
  if (key === undefined) return value
  const parent = get(document, path.slice(0, -1))
  if (Array.isArray(parent)) parent.splice(index(parent, key, insert), insert ? 0 : 1, value)
  else if (isObject(parent))
    Object.defineProperty(parent, key, { value, enumerable: true, configurable: true, writable: true })
  else throw new PatchFailure(`/${path.join('/')} is inside a plain value`)
  return document
}

function drop(document: Json, path: readonly string[]): Json {
  get(document, path)
  const key = path.at(-1) ?? ''
  const parent = get(document, path.slice(0, -1))
  if (Array.isArray(parent)) parent.splice(index(parent, key, false), 1)
  else if (isObject(parent)) delete parent[key]
  return document
}

function index(array: readonly Json[], key: string, end: boolean): number {
  const at = end && key === '-' ? array.length : /^\d+$/.test(key) ? Number(key) : -1
  if (at < 0 || at > array.length - (end ? 0 : 1)) throw new PatchFailure(`no index ${key}`)
  return at
}
