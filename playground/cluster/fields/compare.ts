import { equal, isObject, type Json, type JsonObject } from '../json.ts'
import type { Kind } from '../kinds.ts'
import { isDeclared, isWholeItem, itemsByStep, shapeOf } from './schema.ts'
import { emptySet, type FieldSet, insert } from './set.ts'

/** System metadata belongs to the server and to nobody else. */
const SYSTEM = new Set(
  'name namespace uid resourceVersion generation creationTimestamp deletionTimestamp deletionGracePeriodSeconds selfLink managedFields'.split(
    ' ',
  ),
)

/** Structs that are part of their parent in the server's types, and so are there before anybody sets a field in them. */
const EMBEDDED = new Set(
  'metadata spec status template strategy updateStrategy containers names acceptedNames loadBalancer jobTemplate source scaleTargetRef'.split(
    ' ',
  ),
)

export interface Comparison {
  /** Fields that are new or have another value. */
  written: FieldSet
  removed: FieldSet
}

/** What a write changed, in the paths of managedFields. */
export function compare(kind: Kind, old: JsonObject | undefined, fresh: JsonObject): Comparison {
  const result: Comparison = { written: emptySet(), removed: emptySet() }
  walk(kind, content(old), content(fresh), { path: [], names: [] }, result)
  return result
}

/** All fields that a client states in an apply patch. */
export function stated(kind: Kind, applied: JsonObject): FieldSet {
  const result: Comparison = { written: emptySet(), removed: emptySet() }
  walk(kind, content(undefined), content(applied), { path: [], names: [], applied: true }, result)
  return result.written
}

/** An object that is not there has metadata all the same: nobody owns the metadata as such. */
function content(object: JsonObject = {}): JsonObject {
  const { apiVersion, kind, metadata, ...rest } = object
  const own = Object.entries(isObject(metadata) ? metadata : {}).filter(([key]) => !SYSTEM.has(key))
  return { ...rest, metadata: Object.fromEntries(own) }
}

interface Place {
  /** As FieldsV1 names it. */
  path: readonly string[]
  /** The field names alone. */
  names: readonly string[]
  /** The fields of an applied configuration: containers of fields don't count, items of lists do. */
  applied?: boolean
}

function walk(kind: Kind, old: Json | undefined, fresh: Json | undefined, place: Place, out: Comparison): void {
  const [before, after] = [absent(old), absent(fresh)]
  if (before === undefined && after === undefined) return
  const shape = shapeOf(kind, place.names, after ?? before)
  const leaf = shape.type === 'atomic' || isBlank(before, after) || isMismatch(before, after)
  if (place.names.length > 0 && leaf) {
    if (after === undefined) insert(out.removed, place.path)
    else if (before === undefined ? !isSilent(place, after) : !equal(before, after)) insert(out.written, place.path)
    return
  }
  markContainer(kind, old, after, place, out)
  if (shape.type === 'keyed' || shape.type === 'set') walkItems(kind, shape, before, after, place, out)
  else walkFields(kind, before, after, place, out)
}

function walkFields(kind: Kind, old: Json | undefined, fresh: Json | undefined, place: Place, out: Comparison): void {
  const [before, after] = [isObject(old) ? old : {}, isObject(fresh) ? fresh : {}]
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const below = { ...place, path: [...place.path, `f:${key}`], names: [...place.names, key] }
    // The order of reading guards against keys such as __proto__.
    const [left, right] = [
      Object.hasOwn(before, key) ? before[key] : undefined,
      Object.hasOwn(after, key) ? after[key] : undefined,
    ]
    if (left === null && right === undefined) insert(out.removed, below.path)
    else if (right === null && left !== null) insert(out.written, below.path)
    else walk(kind, left, right, below, out)
  }
}

function walkItems(
  kind: Kind,
  shape: Parameters<typeof itemsByStep>[0],
  old: Json | undefined,
  fresh: Json | undefined,
  place: Place,
  out: Comparison,
): void {
  const before = itemsByStep(shape, Array.isArray(old) ? old : [])
  const after = itemsByStep(shape, Array.isArray(fresh) ? fresh : [])
  for (const step of new Set([...before.keys(), ...after.keys()])) {
    const below = { ...place, path: [...place.path, step] }
    const [left, right] = [before.get(step), after.get(step)]
    if (left === undefined && right !== undefined) insert(out.written, below.path)
    if (left !== undefined && right === undefined) insert(out.removed, below.path)
    if (shape.type === 'set') continue
    if (isWholeItem(place.names)) {
      if (left !== undefined && right !== undefined && !equal(left, right)) insert(out.written, below.path)
    } else walkFields(kind, left, right, below, out)
  }
}

/** A map or list that appears or goes is a field of its own, next to those in it; a null was there before. */
function markContainer(
  kind: Kind,
  before: Json | undefined,
  after: Json | undefined,
  place: Place,
  out: Comparison,
): void {
  const name = place.names.at(-1)
  if (name === undefined) return
  if (place.applied) {
    if (!isDeclared(kind, place.names)) insert(out.written, place.path)
    return
  }
  const embedded =
    place.names[0] === 'metadata' ? place.names.length === 1 : kind.custom === undefined && isEmbedded(name, place)
  if (embedded) return
  if (before === undefined) insert(out.written, place.path)
  if (after === undefined) insert(out.removed, place.path)
}

/** A claim's resources are part of its spec; a container's come with the container. */
const isEmbedded = (name: string, place: Place) =>
  EMBEDDED.has(name) || (name === 'resources' && place.names.length === 2)

/** Structs that are there all the same when they are written empty. */
const isSilent = (place: Place, value: Json | undefined) =>
  !place.applied && ['metadata', 'podSelector'].includes(place.names.at(-1) ?? '') && hasNothing(value)

const absent = (value: Json | undefined): Json | undefined => (value === null ? undefined : value)

const hasNothing = (value: Json | undefined) =>
  value === undefined ||
  (Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0)

const isMismatch = (before: Json | undefined, after: Json | undefined) =>
  before !== undefined && after !== undefined && isObject(before) !== isObject(after)

const isBlank = (before: Json | undefined, after: Json | undefined) => hasNothing(before) && hasNothing(after)
