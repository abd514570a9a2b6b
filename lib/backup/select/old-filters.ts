import type { ResourceList } from './resource-list.ts'
import { groupResource, NAMESPACES } from './resources.ts'
import type { ResourceFilter } from './types.ts'

export interface OldLists {
  included: ResourceList
  excluded: ResourceList
}

/**
 * includedResources, excludedResources and includeClusterResources (Velero: GlobalIncludesExcludes). Where the last is
 * unset, cluster-scoped types are collected only if all namespaces are in and none is excluded, and are stored as
 * related items only if the lists let them through. `false` keeps out even Namespace objects, since 1.18.
 */
export function oldFilter(
  lists: OldLists,
  includeClusterResources: boolean | undefined,
  allNamespaces: boolean,
): ResourceFilter {
  const passes: ResourceFilter['includes'] = resource =>
    !lists.excluded.matches(resource) && (lists.included.patterns.length === 0 || lists.included.matches(resource))
  return {
    includes: resource => {
      if (resource.namespaced || groupResource(resource) === NAMESPACES) {
        return passes(resource) && (resource.namespaced || includeClusterResources !== false)
      }
      return passes(resource) && (includeClusterResources ?? allNamespaces)
    },
    excludes: resource =>
      lists.excluded.matches(resource) ||
      (!resource.namespaced &&
        (includeClusterResources === false || (includeClusterResources === undefined && !passes(resource)))),
  }
}
