import type { ApiResource } from '../../cluster/types.ts'
import type { BackupSpec } from '../../velero/types.ts'
import { typed } from './automatic.ts'
import type { NewLists } from './new-filters.ts'
import { groupResource, NAMESPACES } from './resources.ts'
import type { LeftOut, ResourceFilter } from './types.ts'

/**
 * Cluster-scoped kinds that nobody chose to leave out of a backup of everything. In 1.18 a default backup lacks them,
 * since its automatic exclude counts as a choice; so does, with old filters, one excluded or labelled namespace.
 * Who names namespaces, kinds or the cluster scope has chosen.
 */
export function leftOut(
  spec: BackupSpec,
  filter: ResourceFilter,
  lists: NewLists | undefined,
  resources: readonly ApiResource[],
): LeftOut | undefined {
  if (!everything(spec.includedNamespaces) || spec.includeClusterResources !== undefined) return undefined
  if (lists !== undefined && choosesKinds(lists)) return undefined
  const kinds = resources.filter(
    resource =>
      !resource.namespaced &&
      groupResource(resource) !== NAMESPACES &&
      !filter.includes(resource) &&
      !filter.excludes(resource),
  ).length
  if (kinds === 0) return undefined
  const mustUseNewFlags =
    lists !== undefined &&
    (lists.includedNamespaced.patterns.length > 0 || typed(lists.excludedNamespaced.patterns).length > 0)
  return {
    kinds,
    flag: mustUseNewFlags ? "--include-cluster-scoped-resources='*'" : '--include-cluster-resources=true',
  }
}

function everything(includes: readonly string[] | undefined): boolean {
  return (includes ?? []).every(name => name === '*')
}

function choosesKinds(lists: NewLists): boolean {
  return (
    lists.includedCluster.patterns.length > 0 ||
    typed(lists.excludedCluster.patterns).length > 0 ||
    !everything(lists.includedNamespaced.patterns)
  )
}
