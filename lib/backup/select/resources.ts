import type { ApiResource } from '../../cluster/types.ts'

/** `pods`, `deployments.apps`: how Velero writes a type in filters, paths and logs. */
export function groupResource(resource: { group: string; name: string }): string {
  return resource.group === '' ? resource.name : `${resource.name}.${resource.group}`
}

export const NAMESPACES = 'namespaces'
export const CUSTOM_RESOURCE_DEFINITIONS = 'customresourcedefinitions.apiextensions.k8s.io'

const NEEDED_VERBS = ['list', 'create', 'get', 'delete']

/** What can't be listed, or not be created again, is no part of any backup (Velero: pkg/discovery, filterByVerbs). */
export function canBeBackedUp(resource: ApiResource): boolean {
  return NEEDED_VERBS.every(verb => resource.verbs.includes(verb))
}
