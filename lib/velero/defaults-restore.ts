import { durationOr, ITEM_OPERATION_TIMEOUT } from './defaults.ts'
import type { Restore } from './types-restore.ts'

/** What no restore brings back, in the order in which Velero 1.18 adds it to excludedResources. */
export const NON_RESTORABLE: readonly string[] = [
  'nodes',
  'events',
  'events.events.k8s.io',
  'backups.velero.io',
  'restores.velero.io',
  'resticrepositories.velero.io',
  'csinodes.storage.k8s.io',
  'volumeattachments.storage.k8s.io',
  'backuprepositories.velero.io',
]

/**
 * The Restore with what Velero's server fills in before it looks at the rest, whether that is valid or not. An empty
 * includedNamespaces stays: it means all, and the `*` that one sees is the command line's.
 */
export function defaultRestore(restore: Restore): Restore {
  const { spec } = restore
  return {
    ...restore,
    spec: {
      ...spec,
      excludedResources: withNonRestorable(spec.excludedResources),
      itemOperationTimeout: durationOr(spec.itemOperationTimeout, ITEM_OPERATION_TIMEOUT),
    },
  }
}

/** The excludes with each kind added that is not there by the very same name. */
export function withNonRestorable(excludes: readonly string[] = []): string[] {
  return [...excludes, ...NON_RESTORABLE.filter(resource => !excludes.includes(resource))]
}
