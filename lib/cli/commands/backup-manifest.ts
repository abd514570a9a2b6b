import { parseOrderedResources } from '../../velero/ordered-resources.ts'
import type { Backup, BackupSpec } from '../../velero/types.ts'
import { said } from '../flags/kinds.ts'
import type { BackupFlags } from './backup-create-flags.ts'
import { metadataOf, selectionOf, withoutUndefined } from './manifest-parts.ts'

/** The Backup that the flags describe, as Velero's client sends it; what they leave out is for the server to fill in. */
export function backupManifest(flags: BackupFlags, name: string, namespace: string): Backup {
  const { ordered, uploaderConfig, resourcePolicy } = parts(flags)
  return {
    kind: 'Backup',
    apiVersion: 'velero.io/v1',
    metadata: metadataOf(name, namespace, flags.labels, flags.annotations),
    spec: withoutUndefined<BackupSpec>({
      ...selectionOf(flags),
      includedClusterScopedResources: flags.includeClusterScopedResources,
      excludedClusterScopedResources: flags.excludeClusterScopedResources,
      includedNamespaceScopedResources: flags.includeNamespaceScopedResources,
      excludedNamespaceScopedResources: flags.excludeNamespaceScopedResources,
      snapshotVolumes: said(flags.snapshotVolumes),
      ttl: flags.ttl,
      storageLocation: flags.storageLocation || undefined,
      volumeSnapshotLocations: flags.volumeSnapshotLocations,
      defaultVolumesToFsBackup: said(flags.defaultVolumesToFsBackup),
      orderedResources: ordered,
      csiSnapshotTimeout: flags.csiSnapshotTimeout,
      itemOperationTimeout: flags.itemOperationTimeout,
      resourcePolicy,
      snapshotMoveData: said(flags.snapshotMoveData),
      datamover: flags.dataMover || undefined,
      uploaderConfig,
    }),
  }
}

function parts({ orderedResources, resourcePoliciesConfigmap, parallelFilesUpload = 0 }: BackupFlags) {
  return {
    ordered: orderedResources ? parseOrderedResources(orderedResources) : undefined,
    resourcePolicy: resourcePoliciesConfigmap ? { kind: 'configmap', name: resourcePoliciesConfigmap } : undefined,
    uploaderConfig: parallelFilesUpload > 0 ? { parallelFilesUpload } : undefined,
  }
}
