import type { Artifact, CsiSnapshot, NativeSnapshot, PodVolume, VolumeSnapshots } from '../../jobs/types-describe.ts'
import type { Json } from './document-parts.ts'
import { podVolumesByPhase, volumesByPod } from './pod-volumes.ts'

const MORE = 'specify --details for more information'
const NONE = '<none included>'

/** What a backup holds of volumes, by Velero's names. */
export function backupVolumesPart(
  volumes: Artifact<VolumeSnapshots>,
  podVolumes: Artifact<PodVolume[]>,
  details: boolean,
): Json {
  if (volumes.is !== 'read') {
    const why = volumes.is === 'missing' ? 'file not found' : volumes.why
    return { errorGetBackupVolumeInfo: `error getting backup volume info: ${why}` }
  }
  const { native, csi, legacy } = volumes.value
  return {
    nativeSnapshots:
      native.length === 0 ? NONE : Object.fromEntries(native.map(one => [one.volume, nativePart(one, details)])),
    csiSnapshots:
      csi.length === 0
        ? `<none included${legacy ? ' or not detectable' : ''}>`
        : Object.fromEntries(csi.map(one => [one.claim, csiPart(one, details)])),
    podVolumeBackups: podVolumesPart(podVolumes, details),
  }
}

function nativePart({ handle, type, zone, iops, result }: NativeSnapshot, details: boolean): unknown {
  return details ? { snapshotID: handle, type, availabilityZone: zone, IOPS: iops, result } : MORE
}

function csiPart({ result, local, moved }: CsiSnapshot, details: boolean): Json {
  if (!details) {
    const included = `included, ${MORE}`
    return { ...(local && { snapshot: included }), ...(moved && { dataMovement: included }) }
  }
  return {
    snapshot: local && {
      operationID: moved ? undefined : local.operation,
      snapshotContentName: local.content,
      storageSnapshotID: local.handle,
      'snapshotSize(bytes)': local.size,
      csiDriver: local.driver,
      result,
    },
    dataMovement: moved && {
      operationID: moved.operation,
      dataMover: moved.mover || 'velero',
      uploaderType: moved.uploader,
      result,
      ...((moved.size > 0 || moved.incrementalSize > 0) && {
        size: moved.size,
        incrementalSize: moved.incrementalSize,
      }),
    },
  }
}

function podVolumesPart(podVolumes: Artifact<PodVolume[]>, details: boolean): unknown {
  if (podVolumes.is === 'unreadable') return `<error getting pod volume backups: ${podVolumes.why}>`
  const [first] = podVolumes.is === 'read' ? podVolumes.value : []
  if (podVolumes.is === 'missing' || first === undefined) return NONE
  const groups = podVolumesByPhase(podVolumes.value).map(group => [
    group.phase,
    details ? volumesByPod(group).map(({ pod, volumes }) => ({ [pod]: volumes.join(', ') })) : group.volumes.length,
  ])
  return { uploaderType: first.uploader, podVolumeBackupsDetails: Object.fromEntries(groups) }
}

/** What a restore made of snapshots, in the same style; undefined where it left no file about that. */
export function restoredSnapshotsPart(snapshots: Artifact<CsiSnapshot[]>, details: boolean): unknown {
  if (snapshots.is === 'missing') return undefined
  if (snapshots.is === 'unreadable') return `<error getting restore volume info: ${snapshots.why}>`
  if (snapshots.value.length === 0) return NONE
  return Object.fromEntries(snapshots.value.map(one => [one.claim, restoredPart(one, details)]))
}

function restoredPart({ local, moved }: CsiSnapshot, details: boolean): Json {
  if (!details) return moved ? { dataMovement: MORE } : { snapshot: MORE }
  if (moved)
    return { dataMovement: { operationID: moved.operation, dataMover: moved.mover, uploaderType: moved.uploader } }
  return {
    snapshot: local && { snapshotContentName: local.content, storageSnapshotID: local.handle, csiDriver: local.driver },
  }
}
