import type { Artifact, CsiSnapshot, NativeSnapshot, PodVolume, VolumeSnapshots } from '../../jobs/types-describe.ts'
import { type PhaseOfVolumes, podVolumesByPhase, volumesByPod } from './pod-volumes.ts'

const MORE = 'specify --details for more information'

/** What a backup holds of volumes, in the layout of Velero 1.18. */
export function backupVolumesText(
  volumes: Artifact<VolumeSnapshots>,
  podVolumes: Artifact<PodVolume[]>,
  details: boolean,
): string[] {
  if (volumes.is !== 'read') {
    const why = volumes.is === 'missing' ? 'file not found' : volumes.why
    return ['Backup Volumes:', `\t<error getting backup volume info: ${why}>`]
  }
  const { native, csi, legacy } = volumes.value
  return [
    'Backup Volumes:',
    ...(native.length === 0 ? ['\tVelero-Native Snapshots: <none included>'] : ['\tVelero-Native Snapshots:']),
    ...native.flatMap(snapshot => nativeText(snapshot, details)),
    '',
    ...(csi.length === 0 ? [`\tCSI Snapshots: <none included${legacy ? ' or not detectable' : ''}>`] : []),
    ...(csi.length === 0 ? [] : ['\tCSI Snapshots:', ...csi.flatMap(snapshot => csiText(snapshot, details))]),
    '',
    ...podVolumesText(podVolumes, details),
  ]
}

function nativeText({ volume, handle, type, zone, iops, result }: NativeSnapshot, details: boolean): string[] {
  if (!details) return [`\t\t${volume}: ${MORE}`]
  return [
    `\t\t${volume}:`,
    `\t\t\tSnapshot ID:\t${handle}`,
    `\t\t\tType:\t${type}`,
    `\t\t\tAvailability Zone:\t${zone}`,
    `\t\t\tIOPS:\t${iops}`,
    `\t\t\tResult:\t${result}`,
  ]
}

function csiText({ claim, result, local, moved }: CsiSnapshot, details: boolean): string[] {
  const lines = [`\t\t${claim}:`]
  if (local && !details) lines.push(`\t\t\tSnapshot: included, ${MORE}`)
  else if (local)
    lines.push(
      '\t\t\tSnapshot:',
      ...(local.operation === '' ? [] : [`\t\t\t\tOperation ID: ${local.operation}`]),
      `\t\t\t\tSnapshot Content Name: ${local.content}`,
      `\t\t\t\tStorage Snapshot ID: ${local.handle}`,
      `\t\t\t\tSnapshot Size (bytes): ${local.size}`,
      `\t\t\t\tCSI Driver: ${local.driver}`,
      `\t\t\t\tResult: ${result}`,
    )
  if (moved && !details) lines.push(`\t\t\tData Movement: included, ${MORE}`)
  else if (moved)
    lines.push(
      '\t\t\tData Movement:',
      `\t\t\t\tOperation ID: ${moved.operation}`,
      `\t\t\t\tData Mover: ${moved.mover || 'velero'}`,
      `\t\t\t\tUploader Type: ${moved.uploader}`,
      `\t\t\t\tMoved data Size (bytes): ${moved.size}`,
      ...(moved.incrementalSize > 0 ? [`\t\t\t\tIncremental data Size (bytes): ${moved.incrementalSize}`] : []),
      `\t\t\t\tResult: ${result}`,
    )
  return lines
}

function podVolumesText(podVolumes: Artifact<PodVolume[]>, details: boolean): string[] {
  if (podVolumes.is === 'unreadable')
    return [`\tPod Volume Backups: <error getting pod volume backups: ${podVolumes.why}>`]
  const [first] = podVolumes.is === 'read' ? podVolumes.value : []
  if (podVolumes.is === 'missing' || first === undefined) return ['\tPod Volume Backups: <none included>']
  return [
    `\tPod Volume Backups - ${first.uploader}${details ? '' : ` (${MORE})`}:`,
    ...podVolumesByPhase(podVolumes.value).flatMap(group => podPhaseText(group, details)),
  ]
}

function podPhaseText(group: PhaseOfVolumes, details: boolean): string[] {
  if (!details) return [`\t\t${group.phase}:\t${group.volumes.length}`]
  return [
    `\t\t${group.phase}:`,
    ...volumesByPod(group).map(({ pod, volumes }) => `\t\t\t${pod}: ${volumes.join(', ')}`),
  ]
}

/** What a restore made of snapshots; nothing where it left no file about that, as Velero has it. */
export function restoredSnapshotsText(snapshots: Artifact<CsiSnapshot[]>, details: boolean): string[] {
  if (snapshots.is === 'missing') return []
  if (snapshots.is === 'unreadable') return [`\t<error getting restore volume info: ${snapshots.why}>`]
  if (snapshots.value.length === 0) return ['', 'CSI Snapshot Restores: <none included>']
  // Those that stayed in the storage first.
  const inOrder = [...snapshots.value.filter(({ moved }) => !moved), ...snapshots.value.filter(({ moved }) => moved)]
  return ['', 'CSI Snapshot Restores:', ...inOrder.flatMap(snapshot => restoredText(snapshot, details))]
}

function restoredText({ claim, local, moved }: CsiSnapshot, details: boolean): string[] {
  if (moved && details)
    return [
      `\t${claim}:`,
      '\t\tData Movement:',
      `\t\t\tOperation ID: ${moved.operation}`,
      `\t\t\tData Mover: ${moved.mover}`,
      `\t\t\tUploader Type: ${moved.uploader}`,
    ]
  if (local && details)
    return [
      `\t${claim}:`,
      '\t\tSnapshot:',
      `\t\t\tSnapshot Content Name: ${local.content}`,
      `\t\t\tStorage Snapshot ID: ${local.handle}`,
      `\t\t\tCSI Driver: ${local.driver}`,
    ]
  return [`\t${claim}:`, `\t\t${moved ? 'Data Movement' : 'Snapshot'}: ${MORE}`]
}
