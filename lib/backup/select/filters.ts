import type { Discovery } from '../../cluster/types.ts'
import type { BackupSpec } from '../../velero/types.ts'
import { listFindings, missingNames } from './list-findings.ts'
import { type NewLists, newFilter, newLists, withPolicy } from './new-filters.ts'
import { oldFilter } from './old-filters.ts'
import { resourceList } from './resource-list.ts'
import type { Finding, IncludeExcludePolicy, ResourceFilter } from './types.ts'

export interface Filters {
  filter: ResourceFilter
  /** The combined lists of the new filters, where these are in force. */
  lists?: NewLists
  findings: Finding[]
  /** Names in the backup's own include lists that do not exist. */
  unknown: string[]
}

const NEW_FIELDS: readonly (readonly [keyof NewLists, keyof IncludeExcludePolicy])[] = [
  ['includedNamespaced', 'includedNamespaceScopedResources'],
  ['excludedNamespaced', 'excludedNamespaceScopedResources'],
  ['includedCluster', 'includedClusterScopedResources'],
  ['excludedCluster', 'excludedClusterScopedResources'],
]

/** Chooses the generation of filters as Velero does: the old ones if any of their three fields is set. */
export function filterResources(
  spec: BackupSpec,
  discovery: Discovery,
  allNamespaces: boolean,
  policy: IncludeExcludePolicy | undefined,
): Filters {
  const usesOld =
    spec.includeClusterResources !== undefined || !!spec.includedResources?.length || !!spec.excludedResources?.length
  return usesOld ? old(spec, discovery, allNamespaces) : scoped(spec, discovery, allNamespaces, policy)
}

function old(spec: BackupSpec, discovery: Discovery, allNamespaces: boolean): Filters {
  const included = resourceList(spec.includedResources, discovery)
  const excluded = resourceList(spec.excludedResources, discovery)
  return {
    filter: oldFilter({ included, excluded }, spec.includeClusterResources, allNamespaces),
    findings: [
      ...listFindings('spec.includedResources', included, discovery, 'error'),
      ...listFindings('spec.excludedResources', excluded, discovery, 'warning'),
    ],
    unknown: missingNames(included, discovery),
  }
}

function scoped(
  spec: BackupSpec,
  discovery: Discovery,
  allNamespaces: boolean,
  policy: IncludeExcludePolicy | undefined,
): Filters {
  const own = newLists(spec, discovery)
  const added = newLists(policy ?? {}, discovery)
  const lists = withPolicy(own, added)
  return {
    filter: newFilter(lists, allNamespaces),
    lists,
    findings: NEW_FIELDS.flatMap(([list, field]) => [
      ...listFindings(`spec.${field}`, own[list], discovery, field.startsWith('included') ? 'error' : 'warning'),
      ...listFindings(`includeExcludePolicy.${field}`, added[list], discovery, 'warning'),
    ]),
    unknown: [own.includedNamespaced, own.includedCluster].flatMap(list => missingNames(list, discovery)),
  }
}
