import { labelSelector } from './serialise-backup.ts'
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
} from './serialise-fields.ts'
import type {
  ExecRestoreHook,
  InitRestoreHook,
  RestoreResourceHookSpec,
  RestoreSpec,
  RestoreStatus,
} from './types-restore.ts'

// The fields of Velero 1.18's Restore in the order of its structs (pkg/apis/velero/v1).

const hook = {
  exec: structPointer({
    container: filled,
    command: always(null),
    onError: filled,
    execTimeout: duration,
    waitTimeout: duration,
    waitForReady: present,
  } satisfies Record<keyof ExecRestoreHook, unknown>),
  init: structPointer({ initContainers: always(null), timeout: duration } satisfies Record<
    keyof InitRestoreHook,
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
  postHooks: structs(hook),
} satisfies Record<keyof RestoreResourceHookSpec, unknown> & Fields

export const restoreSpec = {
  backupName: filled,
  scheduleName: filled,
  includedNamespaces: list,
  excludedNamespaces: list,
  includedResources: list,
  excludedResources: list,
  namespaceMapping: map,
  labelSelector: structPointer(labelSelector),
  orLabelSelectors: structs(labelSelector),
  restorePVs: present,
  restoreStatus: structPointer({ includedResources: list, excludedResources: list }),
  preserveNodePorts: present,
  includeClusterResources: present,
  hooks: struct({ resources: structs(resourceHooks) }),
  existingResourcePolicy: filled,
  itemOperationTimeout: duration,
  resourceModifier: structPointer({ apiGroup: always(null), kind: present, name: present }),
  uploaderConfig: structPointer({ writeSparseFiles: present, parallelFilesDownload: filled }),
} satisfies Record<keyof RestoreSpec, unknown> & Fields

export const restoreStatus = {
  phase: filled,
  validationErrors: list,
  warnings: filled,
  errors: filled,
  failureReason: filled,
  startTimestamp: time,
  completionTimestamp: time,
  progress: structPointer({ totalItems: filled, itemsRestored: filled }),
  restoreItemOperationsAttempted: filled,
  restoreItemOperationsCompleted: filled,
  restoreItemOperationsFailed: filled,
  hookStatus: structPointer({ hooksAttempted: filled, hooksFailed: filled }),
} satisfies Record<keyof RestoreStatus, unknown> & Fields
