import { annotationOf, at, objectAt, textAt } from './json.ts'
import type { NamespacedName, VolumeRecord } from './volume-records.ts'

type Parse = (row: unknown) => VolumeRecord | undefined

/**
 * The files of a backup that tell of contents of volumes, by what follows the backup's name, each with what reads one
 * entry of its list (null stands for an empty list). In order of trust: what an earlier one says of a volume counts.
 * 1.18 writes the first three, 1.6 all but the first.
 */
export const VOLUME_FILES: readonly (readonly [suffix: string, parse: Parse])[] = [
  ['volumeinfo.json.gz', fromVolumeInfo],
  ['volumesnapshots.json.gz', fromNativeSnapshot],
  ['podvolumebackups.json.gz', fromPodVolumeBackup],
  ['csi-volumesnapshots.json.gz', fromCsiSnapshot],
]

/** Undefined for a volume whose contents were not asked for. */
function fromVolumeInfo(row: unknown): VolumeRecord | undefined {
  const volume = { volume: textAt(row, 'pvName'), ...claim(textAt(row, 'pvcNamespace'), textAt(row, 'pvcName')) }
  const method = textAt(row, 'backupMethod')
  if (method === 'NativeSnapshot') {
    const info = objectAt(row, 'nativeSnapshotInfo')
    return { method, ...volume, snapshot: textAt(info, 'snapshotHandle'), reader: '' }
  }
  if (method === 'CSISnapshot' && at(row, 'snapshotDataMoved') === true) {
    const info = objectAt(row, 'snapshotDataMovementInfo')
    const reader = textAt(info, 'uploaderType')
    return { method, ...volume, snapshot: textAt(info, 'snapshotHandle'), reader, moved: true }
  }
  if (method === 'CSISnapshot') {
    const info = objectAt(row, 'csiSnapshotInfo')
    return { method, ...volume, snapshot: textAt(info, 'snapshotHandle'), reader: textAt(info, 'driver') }
  }
  if (method !== 'PodVolumeBackup') return undefined
  const info = objectAt(row, 'pvbInfo')
  const pod = podVolume(textAt(info, 'podNamespace'), textAt(info, 'podName'), textAt(info, 'volumeName'))
  return { method, ...volume, pod, snapshot: textAt(info, 'snapshotHandle'), reader: textAt(info, 'uploaderType') }
}

/** 1.6 may write the volume's key with a capital. */
function fromNativeSnapshot(row: unknown): VolumeRecord | undefined {
  const spec = objectAt(row, 'spec')
  const volume = textAt(spec, 'persistentVolumeName') || textAt(spec, 'PersistentVolumeName')
  if (volume === '') return undefined
  return { method: 'NativeSnapshot', volume, snapshot: textAt(row, 'status', 'providerSnapshotID'), reader: '' }
}

function fromPodVolumeBackup(row: unknown): VolumeRecord | undefined {
  const namespace = textAt(row, 'spec', 'pod', 'namespace')
  const name = textAt(row, 'spec', 'pod', 'name')
  if (name === '') return undefined
  return {
    method: 'PodVolumeBackup',
    volume: '',
    ...claim(namespace, annotationOf(row, 'velero.io/pvc-name')),
    pod: podVolume(namespace, name, textAt(row, 'spec', 'volume')),
    snapshot: textAt(row, 'status', 'snapshotID'),
    // Until 1.9 there was only one.
    reader: textAt(row, 'spec', 'uploaderType') || 'restic',
  }
}

/** The handle is in an annotation, or else in the content that the snapshot is bound to; then the snapshot's name must do. */
function fromCsiSnapshot(row: unknown): VolumeRecord | undefined {
  const namespace = textAt(row, 'metadata', 'namespace')
  const claimName = textAt(row, 'spec', 'source', 'persistentVolumeClaimName')
  if (claimName === '') return undefined
  return {
    method: 'CSISnapshot',
    volume: '',
    ...claim(namespace, claimName),
    snapshot: annotationOf(row, 'velero.io/csi-volumesnapshot-handle') || textAt(row, 'metadata', 'name'),
    reader: annotationOf(row, 'velero.io/csi-driver-name'),
  }
}

function claim(namespace: string, name: string): { claim?: NamespacedName } {
  return name === '' ? {} : { claim: { namespace, name } }
}

function podVolume(namespace: string, name: string, volume: string): NonNullable<VolumeRecord['pod']> {
  return { namespace, name, volume }
}
