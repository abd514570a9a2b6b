import type { DeletionIntent } from '../bucket/deletions.ts'
import type { Results } from '../velero/results.ts'
import type { Timestamp } from '../velero/types.ts'
import type { BackupView, RestoreView } from './types.ts'

/** A file of a backup or restore: what it tells, or why it tells nothing. */
export type Artifact<T> = { is: 'read'; value: T } | { is: 'missing' } | { is: 'unreadable'; why: string }

/** A list of resources: its counts, and its entries once more. */
export interface ResourceListing {
  kinds: number
  items: number
  /** Of a restore: how many were `created`, `updated`, `skipped`, `failed`. */
  outcomes: Readonly<Record<string, number>>
  /** By kind: `apps/v1/Deployment` and `ns/name`. Read anew from the bucket, and never held whole. */
  entries(): AsyncIterable<[kind: string, name: string]>
}

/** A snapshot by one of Velero's own plugins. */
export interface NativeSnapshot {
  volume: string
  handle: string
  type: string
  zone: string
  iops: string
  result: string
}

export interface LocalSnapshot {
  /** Of the plugin's operation, where the data was not moved. */
  operation: string
  content: string
  handle: string
  size: number
  driver: string
}

export interface MovedData {
  operation: string
  mover: string
  uploader: string
  size: number
  incrementalSize: number
}

/** A CSI snapshot of a claim: kept in the storage, moved elsewhere, or both. */
export interface CsiSnapshot {
  /** `ns/name` */
  claim: string
  result: string
  local?: LocalSnapshot
  moved?: MovedData
}

export interface VolumeSnapshots {
  native: NativeSnapshot[]
  csi: CsiSnapshot[]
  /** From the files that Velero wrote before it had one about all volumes: not every CSI snapshot is known then. */
  legacy: boolean
}

/** A copy of a pod's volume. */
export interface PodVolume {
  /** `ns/name` */
  pod: string
  volume: string
  uploader: string
  phase: string
  totalBytes: number
  bytesDone: number
  incrementalBytes: number
}

/** What a plugin of Velero's did beside the backup or restore. */
export interface ItemOperation {
  plugin: string
  /** `persistentvolumeclaims db/data` */
  item: string
  id: string
  /** In the same form. */
  itemsToUpdate: string[]
  phase: string
  error: string
  completed: number
  total: number
  units: string
  description: string
  created?: Timestamp
  started?: Timestamp
  updated?: Timestamp
}

/** What lies in the folder of a backup or restore. */
export interface FolderSize {
  files: number
  bytes: number
  /** Of the .tar.gz, where there is one. */
  archiveBytes?: number
}

/** What both kinds have. Artifacts that nothing is expected of are absent. */
export interface Description {
  /** Where there are errors or warnings. */
  results?: Artifact<Results>
  /** With details, where there were any. */
  operations?: Artifact<ItemOperation[]>
  /** With details; of a restore always. */
  resourceList?: Artifact<ResourceListing>
  /** Where it is being deleted. */
  deletion?: Artifact<DeletionIntent>
  folder: Artifact<FolderSize>
}

export interface BackupDescription extends Description {
  view: BackupView
  volumes: Artifact<VolumeSnapshots>
  podVolumes: Artifact<PodVolume[]>
}

export interface RestoreDescription extends Description {
  view: RestoreView
  snapshots: Artifact<CsiSnapshot[]>
}
