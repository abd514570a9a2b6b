import type { Discovery } from '../../cluster/types.ts'
import { globMatch } from '../../velero/globs.ts'
import { extended, type ResourceList, resourceList } from './resource-list.ts'
import { groupResource, NAMESPACES } from './resources.ts'
import type { IncludeExcludePolicy, ResourceFilter } from './types.ts'

export interface NewLists {
  includedNamespaced: ResourceList
  excludedNamespaced: ResourceList
  includedCluster: ResourceList
  excludedCluster: ResourceList
}

/**
 * The four lists by scope (Velero: ScopeIncludesExcludes), in force also where no list is set at all. All cluster-scoped
 * types come along only with both cluster lists empty, which 1.18's automatic exclude of VolumeSnapshotContents prevents.
 */
export function newFilter(lists: NewLists, allNamespaces: boolean): ResourceFilter {
  const { includedNamespaced, excludedNamespaced, includedCluster, excludedCluster } = lists
  const allNamespacedTypes =
    excludedNamespaced.patterns.length === 0 && includedNamespaced.patterns.every(pattern => pattern === '*')
  const allClusterTypes =
    includedCluster.patterns.length === 0 &&
    excludedCluster.patterns.length === 0 &&
    allNamespaces &&
    allNamespacedTypes
  return {
    includes: resource =>
      resource.namespaced
        ? !excludedNamespaced.matches(resource) &&
          (includedNamespaced.patterns.length === 0 || includedNamespaced.matches(resource))
        : !excludedCluster.matches(resource) &&
          (allClusterTypes || includedCluster.matches(resource) || groupResource(resource) === NAMESPACES),
    excludes: resource => (resource.namespaced ? excludedNamespaced : excludedCluster).matches(resource),
  }
}

/** The spec's lists, or a policy's: both have the same four fields. */
export function newLists(from: IncludeExcludePolicy, discovery: Discovery): NewLists {
  return {
    includedNamespaced: resourceList(from.includedNamespaceScopedResources, discovery, 'namespaced'),
    excludedNamespaced: resourceList(from.excludedNamespaceScopedResources, discovery, 'namespaced'),
    includedCluster: resourceList(from.includedClusterScopedResources, discovery, 'cluster'),
    excludedCluster: resourceList(from.excludedClusterScopedResources, discovery, 'cluster'),
  }
}

/** Adds a policy's entries where the backup's own lists do not already decide; its excludes come before its includes. */
export function withPolicy(own: NewLists, policy: NewLists): NewLists {
  const [includedNamespaced, excludedNamespaced] = combined(
    own.includedNamespaced,
    own.excludedNamespaced,
    policy.includedNamespaced.patterns,
    policy.excludedNamespaced.patterns,
  )
  const [includedCluster, excludedCluster] = combined(
    own.includedCluster,
    own.excludedCluster,
    policy.includedCluster.patterns,
    policy.excludedCluster.patterns,
  )
  return { includedNamespaced, excludedNamespaced, includedCluster, excludedCluster }
}

function combined(
  included: ResourceList,
  excluded: ResourceList,
  moreIncluded: readonly string[],
  moreExcluded: readonly string[],
): [ResourceList, ResourceList] {
  const includes = [...included.patterns]
  const excludes = [...excluded.patterns]
  const decided = (name: string) => [...includes, ...excludes].some(pattern => globMatch(pattern, name))
  for (const name of moreExcluded) if (!decided(name)) excludes.push(name)
  for (const name of moreIncluded) if (!decided(name)) includes.push(name)
  return [
    extended(included, includes.slice(included.patterns.length)),
    extended(excluded, excludes.slice(excluded.patterns.length)),
  ]
}
