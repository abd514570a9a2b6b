import type { BackupItemAction } from './types.ts'

const SECRET_NAME = 'csi.storage.k8s.io/snapshotter-list-secret-name'
const SECRET_NAMESPACE = 'csi.storage.k8s.io/snapshotter-list-secret-namespace'

/**
 * Brings along the Secret that a VolumeSnapshotClass names for listing snapshots. Velero has this rule only with its CSI
 * feature on, and then past all filters; here the filters hold. Its rules for VolumeSnapshots and VolumeSnapshotContents
 * have no counterpart: every backup excludes these types.
 */
export const volumeSnapshotClass: BackupItemAction = {
  name: 'velero.io/csi-volumesnapshotclass-backupper',
  applies: resource => resource.group === 'snapshot.storage.k8s.io' && resource.name === 'volumesnapshotclasses',
  run: item => {
    const { metadata } = item.object() as { metadata?: { annotations?: Record<string, string> } }
    const name = metadata?.annotations?.[SECRET_NAME]
    const namespace = metadata?.annotations?.[SECRET_NAMESPACE]
    return { related: name && namespace ? [{ group: '', resource: 'secrets', namespace, name }] : [], findings: [] }
  },
}
