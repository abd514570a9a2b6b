import { isObject, type JsonObject, list, objects, text } from './json.ts'
import type { Kind } from './kinds.ts'
import { type Cause, forbiddenValue, invalidValue, required } from './status.ts'
import { contentRules } from './validation/content.ts'
import { immutableRules } from './validation/immutable.ts'
import { labelKeyFault, labelValueFault, nameFault, qualifiedNameFault } from './validation/names.ts'

/** Why an object can't be created; empty where it can. What a restore may meet, not all that the server checks. */
export function validateCreate(kind: Kind, object: JsonObject): Cause[] {
  return [...metadataCauses(kind, object), ...(contentRules[kind.storage]?.(object) ?? [])]
}

/** Why an object can't become what a PUT or patch makes of it. */
export function validateUpdate(kind: Kind, old: JsonObject, object: JsonObject): Cause[] {
  const [before, after] = [old.metadata as JsonObject, object.metadata as JsonObject]
  const uid = after.uid === before.uid ? [] : [invalidValue('metadata.uid', after.uid, 'field is immutable')]
  return [
    ...uid,
    ...addedFinalizers(before, after),
    ...validateCreate(kind, object),
    ...(immutableRules[kind.storage]?.(old, object) ?? []),
  ]
}

/** Nothing new may hold back an object that is on its way out. */
function addedFinalizers(before: JsonObject, after: JsonObject): Cause[] {
  if (before.deletionTimestamp === undefined) return []
  const added = list(after.finalizers).filter(finalizer => !list(before.finalizers).includes(finalizer))
  const why = `no new finalizers can be added if the object is being deleted, found new finalizers ${JSON.stringify(added)}`
  return added.length === 0 ? [] : [forbiddenValue('metadata.finalizers', why)]
}

function metadataCauses(kind: Kind, object: JsonObject): Cause[] {
  const metadata = object.metadata as JsonObject
  const name = text(metadata.name)
  if (name === '') return [required('metadata.name', 'name or generateName is required')]
  const fault = nameFault(kind, name)
  return [
    ...(fault === undefined ? [] : [invalidValue('metadata.name', name, fault)]),
    ...labelCauses(metadata),
    ...ownerCauses(metadata),
    ...finalizerCauses(metadata),
  ]
}

function labelCauses(metadata: JsonObject): Cause[] {
  const labels = isObject(metadata.labels) ? metadata.labels : {}
  return Object.entries(labels).flatMap(([key, value]) => {
    const [keyFault, valueFault] = [labelKeyFault(key), labelValueFault(text(value))]
    return [
      ...(keyFault === undefined ? [] : [invalidValue('metadata.labels', key, keyFault)]),
      ...(valueFault === undefined ? [] : [invalidValue('metadata.labels', value, valueFault)]),
    ]
  })
}

function ownerCauses(metadata: JsonObject): Cause[] {
  const field = 'metadata.ownerReferences'
  return objects(metadata.ownerReferences).flatMap(owner =>
    ['apiVersion', 'kind', 'name', 'uid']
      .filter(key => text(owner[key]) === '')
      .map(key => invalidValue(key === 'apiVersion' ? `${field}.version` : `${field}.${key}`, '', 'must not be empty')),
  )
}

const STANDARD_FINALIZERS = new Set(['kubernetes', 'orphan', 'foregroundDeletion'])

function finalizerCauses(metadata: JsonObject): Cause[] {
  return list(metadata.finalizers).flatMap((value, i) => {
    const name = text(value)
    const field = `metadata.finalizers[${i}]`
    const fault = qualifiedNameFault(name)
    if (fault !== undefined) return [invalidValue(field, name, fault)]
    return name.includes('/') || STANDARD_FINALIZERS.has(name)
      ? []
      : [invalidValue(field, name, 'name is neither a standard finalizer name nor is it fully qualified')]
  })
}
