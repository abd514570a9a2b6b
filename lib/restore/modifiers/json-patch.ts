import type { JsonPatchOperation } from '../../velero/resource-modifiers.ts'
import { sameJson } from '../json-equality.ts'
import { get, getExisting, insert, peek, remove, set } from './container.ts'
import { PatchError, TestFailedError, within } from './errors.ts'
import { type Place, placeOf, rebuilt } from './json-pointer.ts'

/** Answers the document after the operation. */
type Step = (document: unknown, operation: JsonPatchOperation) => unknown

// The texts are those of Velero's library.
const STEPS: Record<JsonPatchOperation['op'], Step> = {
  add(document, { path, value = null }) {
    const place = find(document, path, `add operation does not apply: doc is missing path: "${path}"`)
    return inserted(place, value, `error in add for path: '${path}'`)
  },

  remove(document, { path }) {
    const place = find(document, path, `remove operation does not apply: doc is missing path: "${path}"`)
    return removed(place, `error in remove for path: '${path}'`)
  },

  replace(document, { path, value = null }) {
    const place = find(document, path, `replace operation does not apply: doc is missing path: ${path}`)
    const { parent, key } = place
    if (peek(parent, key) === undefined) {
      throw missing(`replace operation does not apply: doc is missing key: ${path}`)
    }
    return rebuilt(place, set(parent, key, value))
  },

  move(document, { path, from = '' }) {
    if (from === '') throw new PatchError('unable to move entire document to another path: invalid state detected')
    const source = find(document, from, `move operation does not apply: doc is missing from path: ${from}`)
    const problem = `error in move for path: '${source.key}'`
    const value = within(`${problem}: `, () => getExisting(source.parent, source.key))
    const target = find(
      removed(source, problem),
      path,
      `move operation does not apply: doc is missing destination path: ${path}`,
    )
    return inserted(target, value, `error in move for path: '${path}'`)
  },

  copy(document, { path, from = '' }) {
    const value = from === '' ? document : toCopy(document, from)
    const target = find(document, path, `copy operation does not apply: doc is missing destination path: ${path}`)
    return inserted(target, value, 'error while adding value during copy')
  },

  test(document, { path, value = null }) {
    const { parent, key } = find(document, path, `test operation does not apply: is missing path: ${path}`)
    // Null is also what is not there, as long as there is an object for it to be in.
    const found = within(`error in test for path: '${path}': `, () => get(parent, key)) ?? null
    if (!sameJson(found, value)) throw new TestFailedError(`testing value ${path} failed: test failed`)
    return document
  },
}

/**
 * JSON patch (RFC 6902). The document and the patch stay as they were; the answer may share parts with both. Throws
 * TestFailedError where a test finds another value, PatchError for a place that does not exist.
 */
export function applyJsonPatch(document: unknown, operations: readonly JsonPatchOperation[]): unknown {
  return operations.reduce((before, operation) => STEPS[operation.op](before, operation), document)
}

function find(document: unknown, pointer: string, nowhere: string): Place {
  const place = placeOf(document, pointer)
  if (place === undefined) throw missing(nowhere)
  return place
}

function toCopy(document: unknown, from: string): unknown {
  const { parent, key } = find(document, from, `copy operation does not apply: doc is missing from path: "${from}"`)
  return within(`error in copy for from: '${from}': `, () => getExisting(parent, key))
}

const inserted = (place: Place, value: unknown, problem: string) =>
  rebuilt(
    place,
    within(`${problem}: `, () => insert(place.parent, place.key, value)),
  )

const removed = (place: Place, problem: string) =>
  rebuilt(
    place,
    within(`${problem}: `, () => remove(place.parent, place.key)),
  )

const missing = (text: string) => new PatchError(`${text}: missing value`)
