import type { Discovery } from '../../cluster/types.ts'
import type { BackupSpec } from '../../velero/types.ts'
import { withoutCohabitants } from './cohabitation.ts'
import { filterResources } from './filters.ts'
import { leftOut } from './left-out.ts'
import { storesNamespaceObject } from './namespace-objects.ts'
import { namespaceFilter } from './namespaces.ts'
import { CUSTOM_RESOURCE_DEFINITIONS, canBeBackedUp, groupResource, NAMESPACES } from './resources.ts'
import { selectorsOf } from './selectors.ts'
import type { IncludeExcludePolicy, NamespaceInfo, Selection } from './types.ts'

export { groupResource } from './resources.ts'
export { specWarnings } from './spec-warnings.ts'
export type { Finding, IncludeExcludePolicy, LeftOut, NamespaceInfo, Selection } from './types.ts'

/**
 * Decides what a backup holds, as Velero 1.18 does. `spec` has Velero's defaults filled in and was validated;
 * `namespaces` are all that exist; `policy` counts only with the new filters, as validation sees to.
 */
export function selectBackup(
  spec: BackupSpec,
  discovery: Discovery,
  namespaces: readonly NamespaceInfo[],
  policy?: IncludeExcludePolicy,
): Selection {
  const names = namespaceFilter(spec, namespaces)
  const { filter, lists, findings, unknown } = filterResources(spec, discovery, names.everything, policy)
  const selectors = selectorsOf(spec)

  const possible = discovery.resources.filter(canBeBackedUp)
  const collected = new Set(withoutCohabitants(possible.filter(filter.includes)).map(groupResource))
  const definitions = possible.find(resource => groupResource(resource) === CUSTOM_RESOURCE_DEFINITIONS)
  const missing = leftOut(spec, filter, lists, possible)

  return {
    namespaces: names.names,
    includesNamespace: names.includes,
    collects: resource => collected.has(groupResource(resource)),
    allowsRelated: (resource, namespace) => {
      if (!canBeBackedUp(resource)) return false
      if (namespace) return names.includes(namespace) && filter.includes(resource)
      return groupResource(resource) === NAMESPACES || !filter.excludes(resource)
    },
    addsCustomResourceDefinitions:
      definitions !== undefined && !filter.includes(definitions) && !filter.excludes(definitions),
    storesNamespaceObject: (namespace, hasCollectedItems) =>
      collected.has(NAMESPACES) && storesNamespaceObject(namespace, hasCollectedItems, names, selectors),
    selectors: selectors.length > 0 ? selectors : [undefined],
    excludedNamespaces: names.excluded,
    ...(missing && { leftOut: missing }),
    findings: [...names.findings, ...findings],
    unknown: { namespaces: names.missing, resources: unknown },
  }
}
