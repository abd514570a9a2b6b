import type { BackupSpec } from '../../velero/types.ts'
import type { ClaimMount } from './pod-volumes.ts'

/** An entry of NAME-volumeinfo.json.gz, in Velero 1.18's fields and their order, for a volume whose data was not backed up. */
export interface VolumeInfo {
  pvcName?: string
  pvcNamespace?: string
  pvName: string
  snapshotDataMoved: false
  preserveLocalSnapshot: false
  skipped: true
  skippedReason: string
  pvInfo: { reclaimPolicy: string; labels: Record<string, string> | null }
}

interface VolumeView {
  metadata: { name: string; labels?: Record<string, string> }
  spec?: { claimRef?: { namespace?: string; name?: string }; persistentVolumeReclaimPolicy?: string }
}

/**
 * The entry of a stored PersistentVolume. `mounts`: of the pods stored so far that mount its claim, in order; Velero
 * names the first one. On restore, `pvInfo` decides: Delete provisions anew, Retain restores the volume.
 */
export function volumeInfo(pv: Buffer, mounts: readonly ClaimMount[], spec: BackupSpec): VolumeInfo {
  const volume = JSON.parse(pv.toString('utf8')) as VolumeView
  const claim = volume.spec?.claimRef
  const labels = Object.entries(volume.metadata.labels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))
  return {
    ...(claim?.name && { pvcName: claim.name }),
    ...(claim?.namespace && { pvcNamespace: claim.namespace }),
    pvName: volume.metadata.name,
    snapshotDataMoved: false,
    preserveLocalSnapshot: false,
    skipped: true,
    skippedReason: skippedReason(mounts, spec),
    pvInfo: {
      reclaimPolicy: volume.spec?.persistentVolumeReclaimPolicy ?? '',
      labels: labels.length > 0 ? Object.fromEntries(labels) : null,
    },
  }
}

/** Velero's words (pv_skip_tracker, takePVSnapshot), one reason for each approach, by name; our own only where it would have copied files. */
function skippedReason(mounts: readonly ClaimMount[], spec: BackupSpec): string {
  const first = mounts[0]
  const wantsFiles = mounts.some(mount => mount.fsBackup)
  const reasons: string[] = []
  if (wantsFiles) reasons.push('podvolume: asked for, but the contents of volumes are not backed up')
  else if (first) reasons.push(`podvolume: opted out due to annotation in pod ${first.pod}`)
  reasons.push(
    wantsFiles || spec.snapshotVolumes === false
      ? 'volumeSnapshot: not satisfy the criteria for VolumePolicy or the legacy snapshot way'
      : 'volumeSnapshot: no applicable volumesnapshotter found',
  )
  return reasons.map(reason => `${reason};`).join('')
}
