import { convert, isConverted, toStored } from './convert.ts'
import { isObject, type Json, type JsonObject, parseJson, printJson } from './json.ts'
import { groupVersion, type Kind } from './kinds.ts'
import type { Entry } from './store.ts'

/** As the server's Go types list them. */
const METADATA_ORDER = [
  'name',
  'generateName',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'labels',
  'annotations',
  'ownerReferences',
  'finalizers',
  'managedFields',
]
const OPEN_BRACE = 1

/**
 * The bytes that are stored for an object, which lists repeat as they are. Built-in objects lie without kind and
 * apiVersion, as in lists; custom ones are maps in the order of their keys, with both.
 */
export function encode(kind: Kind, object: JsonObject): Buffer {
  return kind.custom === undefined ? bare(toStored(kind, object)) : Buffer.from(printJson(sorted(object)))
}

function bare(object: JsonObject): Buffer {
  const { kind: _kind, apiVersion: _apiVersion, metadata, ...rest } = object
  return Buffer.from(printJson({ metadata: ordered(metadata as JsonObject), ...rest }))
}

/** The object that an entry holds, with kind and apiVersion, in the version that `kind` serves. */
export function decode(kind: Kind, entry: Entry): JsonObject {
  const stored = parseJson(entry.bytes.toString()) as JsonObject
  const apiVersion = groupVersion(kind)
  return kind.custom === undefined
    ? convert(kind, { kind: kind.kind, apiVersion, ...stored })
    : { ...stored, apiVersion }
}

/** An object as a request for it alone is answered. */
export function printObject(kind: Kind, object: JsonObject): string {
  if (kind.custom !== undefined) return printJson(sorted(object))
  const { kind: _kind, apiVersion: _apiVersion, metadata, ...rest } = object
  return printJson({
    kind: kind.kind,
    apiVersion: groupVersion(kind),
    metadata: ordered(metadata as JsonObject),
    ...rest,
  })
}

/** An entry as a GET answers it, without a second look at its content where that is possible. */
export function objectBytes(kind: Kind, entry: Entry): Buffer {
  if (kind.custom !== undefined || isConverted(kind)) return Buffer.from(printObject(kind, decode(kind, entry)))
  const head = Buffer.from(`{"kind":"${kind.kind}","apiVersion":"${groupVersion(kind)}",`)
  return Buffer.concat([head, entry.bytes.subarray(OPEN_BRACE)])
}

/** An entry as one item of a list. */
export function itemBytes(kind: Kind, entry: Entry): Buffer {
  if (kind.custom === undefined) return isConverted(kind) ? bare(decode(kind, entry)) : entry.bytes
  return entry.version === kind.version ? entry.bytes : Buffer.from(printJson(sorted(decode(kind, entry))))
}

export function ordered(metadata: JsonObject): JsonObject {
  const known = METADATA_ORDER.filter(key => metadata[key] !== undefined).map(key => [key, metadata[key]])
  const result: JsonObject = Object.fromEntries(known)
  for (const key of ['labels', 'annotations']) if (isObject(result[key])) result[key] = sorted(result[key])
  return result
}

function sorted(value: JsonObject): JsonObject
function sorted(value: Json): Json
function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(item => sorted(item))
  if (!isObject(value)) return value
  const keys = Object.keys(value).filter(key => value[key] !== undefined)
  return Object.fromEntries(keys.sort().map(key => [key, sorted(value[key] ?? null)]))
}
