import type { ResourceModifierConditions } from '../../velero/resource-modifiers.ts'
import { matchesSelector } from '../../velero/selector.ts'
import type { KubeObject, RestoreItem } from '../types.ts'
import { PatchError } from './errors.ts'
import { applyJsonPatch } from './json-patch.ts'

/** Whether a rule is for an item, seen as `object`. A path in `matches` that leads nowhere is no match. */
export function holds(conditions: ResourceModifierConditions, item: RestoreItem, object: KubeObject): boolean {
  const { groupResource, namespaces, resourceNameRegex, labelSelector, matches } = conditions
  const { name, labels } = object.metadata
  return (
    (item.namespace === '' || namespaces === undefined || namespaces(item.namespace)) &&
    groupResource(item.resource) &&
    (resourceNameRegex === undefined || resourceNameRegex(name)) &&
    (labelSelector === undefined || matchesSelector(labelSelector, labels ?? {})) &&
    (matches === undefined || passes(object, matches))
  )
}

function passes(object: KubeObject, tests: Parameters<typeof applyJsonPatch>[1]): boolean {
  try {
    applyJsonPatch(object, tests)
    return true
  } catch (error) {
    if (error instanceof PatchError) return false
    throw error
  }
}
