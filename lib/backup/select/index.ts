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
 * `namespaces` are all that exist, or with `complete` false those that are known; `policy` counts only with the new
 * filters, as validation sees to.
 */
export function selectBackup(
  spec: BackupSpec,
  discovery: Discovery,
  namespaces: readonly NamespaceInfo[],
  policy?: IncludeExcludePolicy,
  complete = true,
): Selection {
  const names = namespaceFilter(spec, namespaces, complete)
  const { filter, lists, findings, unknown } = filterResources(spec, discovery, names.everything, policy)
  const selectors = selectorsOf(spec)

  const possible = discovery.resources.filter(canBeBackedUp)
  // Decided once for each type: the answers are asked for with each item.
  const included = possible.filter(filter.includes)
  const includedTypes = new Set(included.map(groupResource))
  const collected = new Set(withoutCohabitants(included).map(groupResource))
  const relatable = new Set(possible.filter(type => !filter.excludes(type)).map(groupResource))
  const definitions = possible.find(resource => groupResource(resource) === CUSTOM_RESOURCE_DEFINITIONS)
  const missing = leftOut(spec, filter, lists, possible)

  return {
    namespaces: names.names,
    includesNamespace: names.includes,
    collects: resource => collected.has(groupResource(resource)),
    allowsRelated: (resource, namespace) => {
      const type = groupResource(resource)
      if (namespace) return names.includes(namespace) && includedTypes.has(type)
      return type === NAMESPACES || relatable.has(type)
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
