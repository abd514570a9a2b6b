// Velero's objects, field for field as 1.18 has them; what only 1.6.3 had is marked.

/** As Kubernetes writes it: `2026-11-22T08:54:00Z`. */
export type Timestamp = string
/** A Go duration: `720h0m0s`. */
export type GoDuration = string

export interface OwnerReference {
  apiVersion: string
  kind: string
  name: string
  uid: string
  controller?: boolean
  blockOwnerDeletion?: boolean
}

export interface ObjectMeta {
  name: string
  generateName?: string
  namespace?: string
  uid?: string
  resourceVersion?: string
  generation?: number
  creationTimestamp?: Timestamp
  deletionTimestamp?: Timestamp
  labels?: Record<string, string>
  annotations?: Record<string, string>
  ownerReferences?: OwnerReference[]
  finalizers?: string[]
  managedFields?: unknown[]
}

export interface LabelSelectorRequirement {
  key: string
  operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist'
  values?: string[]
}

export interface LabelSelector {
  matchLabels?: Record<string, string>
  matchExpressions?: LabelSelectorRequirement[]
}

export interface ExecHook {
  container?: string
  command: string[]
  onError?: 'Continue' | 'Fail'
  timeout?: GoDuration
}

export interface BackupResourceHookSpec {
  name: string
  includedNamespaces?: string[]
  excludedNamespaces?: string[]
  includedResources?: string[]
  excludedResources?: string[]
  labelSelector?: LabelSelector
  pre?: { exec?: ExecHook }[]
  post?: { exec?: ExecHook }[]
}

export interface BackupHooks {
  resources?: BackupResourceHookSpec[]
}

export interface BackupSpec {
  metadata?: { labels?: Record<string, string> }
  includedNamespaces?: string[]
  excludedNamespaces?: string[]
  includedResources?: string[]
  excludedResources?: string[]
  includedClusterScopedResources?: string[]
  excludedClusterScopedResources?: string[]
  includedNamespaceScopedResources?: string[]
  excludedNamespaceScopedResources?: string[]
  labelSelector?: LabelSelector
  orLabelSelectors?: LabelSelector[]
  snapshotVolumes?: boolean
  ttl?: GoDuration
  volumeGroupSnapshotLabelKey?: string
  includeClusterResources?: boolean
  hooks?: BackupHooks
  storageLocation?: string
  volumeSnapshotLocations?: string[]
  /** Deprecated in 1.10, the only name in 1.6.3. */
  defaultVolumesToRestic?: boolean
  defaultVolumesToFsBackup?: boolean
  /** Plural resource name to `ns/name,ns/name`, or `name,name` for cluster-scoped ones. */
  orderedResources?: Record<string, string>
  csiSnapshotTimeout?: GoDuration
  itemOperationTimeout?: GoDuration
  resourcePolicy?: { apiGroup?: string; kind: string; name: string }
  snapshotMoveData?: boolean
  datamover?: string
  uploaderConfig?: { parallelFilesUpload?: number }
}

export type BackupPhase =
  | 'New'
  | 'Queued'
  | 'ReadyToStart'
  | 'FailedValidation'
  | 'InProgress'
  | 'WaitingForPluginOperations'
  | 'WaitingForPluginOperationsPartiallyFailed'
  | 'Finalizing'
  | 'FinalizingPartiallyFailed'
  | 'Completed'
  | 'PartiallyFailed'
  | 'Failed'
  | 'Deleting'

export interface BackupStatus {
  version?: number
  formatVersion?: string
  expiration?: Timestamp
  phase?: BackupPhase
  queuePosition?: number
  validationErrors?: string[]
  startTimestamp?: Timestamp
  completionTimestamp?: Timestamp
  volumeSnapshotsAttempted?: number
  volumeSnapshotsCompleted?: number
  failureReason?: string
  warnings?: number
  errors?: number
  progress?: { totalItems?: number; itemsBackedUp?: number }
  csiVolumeSnapshotsAttempted?: number
  csiVolumeSnapshotsCompleted?: number
  backupItemOperationsAttempted?: number
  backupItemOperationsCompleted?: number
  backupItemOperationsFailed?: number
  hookStatus?: { hooksAttempted?: number; hooksFailed?: number }
}

export interface Backup {
  kind: 'Backup'
  apiVersion: 'velero.io/v1'
  metadata: ObjectMeta
  spec: BackupSpec
  status?: BackupStatus
}

export interface BackupStorageLocationSpec {
  /** `aws` and `velero.io/aws` are S3 and its compatibles; `file` and `lateen.io/file` a folder (ours). */
  provider: string
  objectStorage: {
    /** For `file`: the folder's absolute path. */
    bucket: string
    prefix?: string
    /** PEM in base64. */
    caCert?: string
    caCertRef?: { name: string; key: string }
  }
  /** velero-plugin-for-aws' keys: region, s3Url, s3ForcePathStyle, kmsKeyId ... */
  config?: Record<string, string>
  credential?: { name: string; key: string }
  default?: boolean
  accessMode?: 'ReadWrite' | 'ReadOnly'
  backupSyncPeriod?: GoDuration
  validationFrequency?: GoDuration
}

export interface BackupStorageLocation {
  kind: 'BackupStorageLocation'
  apiVersion: 'velero.io/v1'
  metadata: ObjectMeta
  spec: BackupStorageLocationSpec
  status?: BackupStorageLocationStatus
}

export interface BackupStorageLocationStatus {
  phase?: 'Available' | 'Unavailable'
  lastValidationTime?: Timestamp
  lastSyncedTime?: Timestamp
  message?: string
  lastSyncedRevision?: string
  accessMode?: 'ReadWrite' | 'ReadOnly'
}
