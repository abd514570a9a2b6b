import { parseOrderedResources } from '../../velero/ordered-resources.ts'
import type { Backup, BackupSpec } from '../../velero/types.ts'
import { said } from '../flags/kinds.ts'
import type { BackupCreateFlags } from './backup-create-flags.ts'

/** The Backup that the flags describe, as Velero's client sends it; what they leave out is for the server to fill in. */
export function backupManifest(flags: BackupCreateFlags, name: string, namespace: string): Backup {
  const { labels, annotations } = flags
  const { ordered, uploaderConfig, resourcePolicy } = parts(flags)
  return {
    kind: 'Backup',
    apiVersion: 'velero.io/v1',
    metadata: { name, namespace, ...(labels && { labels }), ...(annotations && { annotations }) },
    spec: withoutUndefined({
      includedNamespaces: flags.includeNamespaces,
      excludedNamespaces: flags.excludeNamespaces,
      includedResources: flags.includeResources,
      excludedResources: flags.excludeResources,
      includedClusterScopedResources: flags.includeClusterScopedResources,
      excludedClusterScopedResources: flags.excludeClusterScopedResources,
      includedNamespaceScopedResources: flags.includeNamespaceScopedResources,
      excludedNamespaceScopedResources: flags.excludeNamespaceScopedResources,
      labelSelector: flags.selector,
      orLabelSelectors: flags.orSelector,
      snapshotVolumes: said(flags.snapshotVolumes),
      ttl: flags.ttl,
      includeClusterResources: said(flags.includeClusterResources),
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

function parts({ orderedResources, resourcePoliciesConfigmap, parallelFilesUpload = 0 }: BackupCreateFlags) {
  return {
    ordered: orderedResources ? parseOrderedResources(orderedResources) : undefined,
    resourcePolicy: resourcePoliciesConfigmap ? { kind: 'configmap', name: resourcePoliciesConfigmap } : undefined,
    uploaderConfig: parallelFilesUpload > 0 ? { parallelFilesUpload } : undefined,
  }
}

function withoutUndefined(spec: { [K in keyof BackupSpec]: BackupSpec[K] | undefined }): BackupSpec {
  return Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== undefined)) as BackupSpec
}
