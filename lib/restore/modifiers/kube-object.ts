import { isObject } from '../json.ts'
import type { JsonObject, KubeObject } from '../types.ts'
import { PatchError } from './errors.ts'

const isText = (value: unknown) => typeof value === 'string'
const isName = (value: unknown) => isText(value) && value !== ''
const areTexts = (value: unknown) => isObject(value) && Object.values(value).every(isText)

/** What later steps of a restore count on. Of the optional fields, only those that are there. */
const METADATA: readonly { field: string; required?: true; holds: (value: unknown) => boolean }[] = [
  { field: 'name', required: true, holds: isName },
  { field: 'namespace', holds: isText },
  { field: 'labels', holds: areTexts },
  { field: 'annotations', holds: areTexts },
  { field: 'finalizers', holds: value => Array.isArray(value) && value.every(isText) },
  { field: 'managedFields', holds: value => Array.isArray(value) && value.every(isObject) },
]

/** A patched object, if it still is one to Kubernetes. Null in its metadata counts as absent. Throws PatchError. */
export function kubeObject(value: unknown): KubeObject {
  if (!isObject(value)) throw unusable('it is no object')
  for (const field of ['apiVersion', 'kind']) if (!isName(value[field])) throw unusable(`${field} is missing`)
  if (!isObject(value.metadata)) throw unusable('metadata is missing')
  const metadata: JsonObject = Object.fromEntries(Object.entries(value.metadata).filter(([, item]) => item !== null))
  for (const { field, required, holds } of METADATA) {
    const present = Object.hasOwn(metadata, field)
    if (required && !present) throw unusable(`metadata.${field} is missing`)
    if (present && !holds(metadata[field])) throw unusable(`metadata.${field} is of the wrong type`)
  }
  return { ...value, metadata } as KubeObject
}

const unusable = (problem: string) => new PatchError(`error in unmarshalling modified object: ${problem}`)
