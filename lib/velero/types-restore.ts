import type { GoDuration, LabelSelector, ObjectMeta, Timestamp } from './types.ts'

// Velero 1.18's Restore, field for field.

export interface ExecRestoreHook {
  container?: string
  command: string[]
  onError?: 'Continue' | 'Fail'
  execTimeout?: GoDuration
  waitTimeout?: GoDuration
  waitForReady?: boolean
}

export interface InitRestoreHook {
  /** Containers as Kubernetes has them: whatever a pod's may hold. */
  initContainers?: Record<string, unknown>[]
  timeout?: GoDuration
}

export interface RestoreResourceHookSpec {
  name: string
  includedNamespaces?: string[]
  excludedNamespaces?: string[]
  includedResources?: string[]
  excludedResources?: string[]
  labelSelector?: LabelSelector
  postHooks?: { exec?: ExecRestoreHook; init?: InitRestoreHook }[]
}

/** What happens to an object that exists and differs. `recreate` is Lateen's own. */
export type ExistingResourcePolicy = '' | 'none' | 'update' | 'recreate'

export interface RestoreSpec {
  backupName?: string
  scheduleName?: string
  includedNamespaces?: string[]
  excludedNamespaces?: string[]
  includedResources?: string[]
  excludedResources?: string[]
  /** Source to target. */
  namespaceMapping?: Record<string, string>
  labelSelector?: LabelSelector
  orLabelSelectors?: LabelSelector[]
  restorePVs?: boolean
  restoreStatus?: { includedResources?: string[]; excludedResources?: string[] }
  preserveNodePorts?: boolean
  includeClusterResources?: boolean
  hooks?: { resources?: RestoreResourceHookSpec[] }
  existingResourcePolicy?: ExistingResourcePolicy
  itemOperationTimeout?: GoDuration
  resourceModifier?: { apiGroup?: string; kind: string; name: string }
  uploaderConfig?: { writeSparseFiles?: boolean; parallelFilesDownload?: number }
}

export type RestorePhase =
  | 'New'
  | 'FailedValidation'
  | 'InProgress'
  | 'WaitingForPluginOperations'
  | 'WaitingForPluginOperationsPartiallyFailed'
  | 'Finalizing'
  | 'FinalizingPartiallyFailed'
  | 'Completed'
  | 'PartiallyFailed'
  | 'Failed'

export interface RestoreStatus {
  phase?: RestorePhase
  validationErrors?: string[]
  warnings?: number
  errors?: number
  failureReason?: string
  startTimestamp?: Timestamp
  completionTimestamp?: Timestamp
  progress?: { totalItems?: number; itemsRestored?: number }
  restoreItemOperationsAttempted?: number
  restoreItemOperationsCompleted?: number
  restoreItemOperationsFailed?: number
  hookStatus?: { hooksAttempted?: number; hooksFailed?: number }
}

export interface Restore {
  kind: 'Restore'
  apiVersion: 'velero.io/v1'
  metadata: ObjectMeta
  spec: RestoreSpec
  status?: RestoreStatus
}
