import type { BackupSpec } from './types.ts'

/**
 * Kinds that a backup never collects: the objects of CSI snapshots come and go with the snapshots themselves. Velero
 * appends them to the exclude lists that it stores.
 */
export const NEVER_COLLECTED = {
  namespaceScoped: 'volumesnapshots.snapshot.storage.k8s.io',
  clusterScoped: 'volumesnapshotcontents.snapshot.storage.k8s.io',
} as const

export const NEVER_COLLECTED_ANY: readonly string[] = Object.values(NEVER_COLLECTED)

/** Whether the spec filters by the lists that Velero had before 1.11, rather than by those of one scope each. */
export function usesOldFilters(spec: BackupSpec): boolean {
  return (
    spec.includeClusterResources !== undefined || hasItems(spec.includedResources) || hasItems(spec.excludedResources)
  )
}

/** Whether any list of one scope is given. */
export function usesScopedFilters(spec: BackupSpec): boolean {
  return [
    spec.includedClusterScopedResources,
    spec.excludedClusterScopedResources,
    spec.includedNamespaceScopedResources,
    spec.excludedNamespaceScopedResources,
  ].some(hasItems)
}

/** Whether an include list holds nothing but what is never collected, so that nothing would remain of it. */
export function onlyNeverCollected(includes: readonly string[] = []): boolean {
  return includes.length > 0 && includes.every(item => NEVER_COLLECTED_ANY.includes(item))
}

const hasItems = (list: readonly string[] | undefined) => list !== undefined && list.length > 0
