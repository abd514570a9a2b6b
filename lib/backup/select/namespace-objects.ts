import { matchesSelector } from '../../velero/selector.ts'
import type { LabelSelector } from '../../velero/types.ts'
import { EXCLUDE_LABEL, type NamespaceFilter } from './namespaces.ts'
import type { NamespaceInfo } from './types.ts'

/**
 * Velero 1.18's rule (nsTracker), for backups that may hold Namespace objects at all: one is stored if something
 * collected lives in it, if its labels match a selector (excluded by name or not), or if its name passes the filter;
 * but a filter that lets everything pass says nothing where a selector is set.
 */
export function storesNamespaceObject(
  namespace: NamespaceInfo,
  hasCollectedItems: boolean,
  filter: NamespaceFilter,
  selectors: readonly LabelSelector[],
): boolean {
  if (namespace.terminating || namespace.labels[EXCLUDE_LABEL] === 'true') return false
  if (hasCollectedItems || selectors.some(selector => matchesSelector(selector, namespace.labels))) return true
  if (selectors.length > 0 && (filter.everything || filter.clusterOnly)) return false
  return filter.clusterOnly || filter.includes(namespace.name)
}
