import {
  always,
  duration,
  type Fields,
  filled,
  list,
  map,
  present,
  struct,
  structPointer,
  structs,
  time,
  timeOrNull,
} from './serialise-fields.ts'
import type {
  BackupResourceHookSpec,
  BackupSpec,
  BackupStatus,
  ExecHook,
  LabelSelector,
  LabelSelectorRequirement,
  ObjectMeta,
  OwnerReference,
} from './types.ts'

// The fields of Velero 1.18's Backup in the order of its structs (pkg/apis/velero/v1, apimachinery's meta/v1).

export const objectMeta = {
  name: filled,
  generateName: filled,
  namespace: filled,
  uid: filled,
  resourceVersion: filled,
  generation: filled,
  creationTimestamp: timeOrNull,
  deletionTimestamp: time,
  labels: map,
  annotations: map,
  ownerReferences: structs({
    apiVersion: present,
    kind: present,
    name: present,
    uid: present,
    controller: present,
    blockOwnerDeletion: present,
  } satisfies Record<keyof OwnerReference, unknown>),
  finalizers: list,
  managedFields: list,
} satisfies Record<keyof ObjectMeta, unknown> & Fields

export const labelSelector = {
  matchLabels: map,
  matchExpressions: structs({ key: present, operator: present, values: list } satisfies Record<
    keyof LabelSelectorRequirement,
    unknown
  >),
} satisfies Record<keyof LabelSelector, unknown> & Fields

const hook = {
  exec: structPointer({ container: filled, command: always(null), onError: filled, timeout: duration } satisfies Record<
    keyof ExecHook,
    unknown
  >),
}

const resourceHooks = {
  name: always(''),
  includedNamespaces: list,
  excludedNamespaces: list,
  includedResources: list,
  excludedResources: list,
  labelSelector: structPointer(labelSelector),
  pre: structs(hook),
  post: structs(hook),
} satisfies Record<keyof BackupResourceHookSpec, unknown> & Fields

export const backupSpec = {
  metadata: struct({ labels: map }),
  includedNamespaces: list,
  excludedNamespaces: list,
  includedResources: list,
  excludedResources: list,
  includedClusterScopedResources: list,
  excludedClusterScopedResources: list,
  includedNamespaceScopedResources: list,
  excludedNamespaceScopedResources: list,
  labelSelector: structPointer(labelSelector),
  orLabelSelectors: structs(labelSelector),
  snapshotVolumes: present,
  ttl: duration,
  volumeGroupSnapshotLabelKey: filled,
  includeClusterResources: present,
  hooks: struct({ resources: structs(resourceHooks) }),
  storageLocation: filled,
  volumeSnapshotLocations: list,
  defaultVolumesToRestic: present,
  defaultVolumesToFsBackup: present,
  orderedResources: map,
  csiSnapshotTimeout: duration,
  itemOperationTimeout: duration,
  resourcePolicy: structPointer({ apiGroup: always(null), kind: present, name: present }),
  snapshotMoveData: present,
  datamover: filled,
  uploaderConfig: structPointer({ parallelFilesUpload: filled }),
} satisfies Record<keyof BackupSpec, unknown> & Fields

export const backupStatus = {
  version: filled,
  formatVersion: filled,
  expiration: time,
  phase: filled,
  queuePosition: filled,
  validationErrors: list,
  startTimestamp: time,
  completionTimestamp: time,
  volumeSnapshotsAttempted: filled,
  volumeSnapshotsCompleted: filled,
  failureReason: filled,
  warnings: filled,
  errors: filled,
  progress: structPointer({ totalItems: filled, itemsBackedUp: filled }),
  csiVolumeSnapshotsAttempted: filled,
  csiVolumeSnapshotsCompleted: filled,
  backupItemOperationsAttempted: filled,
  backupItemOperationsCompleted: filled,
  backupItemOperationsFailed: filled,
  hookStatus: structPointer({ hooksAttempted: filled, hooksFailed: filled }),
} satisfies Record<keyof BackupStatus, unknown> & Fields
