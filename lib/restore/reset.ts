import { InvalidObjectError } from './errors.ts'
import { deleteKeys, isObject } from './json.ts'
import type { KubeObject } from './types.ts'

/** What a cluster gives an object and the next one will give it anew. Finalizers and managedFields stay. */
const GIVEN = [
  'generateName',
  'selfLink',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'ownerReferences',
]

/**
 * Takes from an object, in place, what belongs to the cluster that it comes from: Velero 1.18's list, and the status.
 * Throws InvalidObjectError for one without metadata.
 */
export function resetObject(object: KubeObject): void {
  if (!isObject(object.metadata)) throw new InvalidObjectError('metadata not found')
  deleteKeys(object.metadata, GIVEN)
  delete object.status
}
