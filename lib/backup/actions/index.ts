import { crdRemapVersion } from './crd-remap-version.ts'
import { pod } from './pod.ts'
import { pv } from './pv.ts'
import { serviceAccount } from './service-account.ts'
import type { BackupItemAction } from './types.ts'
import { volumeSnapshotClass } from './volume-snapshot-class.ts'

export { ClusterRoleBindingIndex } from './cluster-role-bindings.ts'
export { actionItem } from './item.ts'
export { type ClaimMount, claimMounts, mountedClaims } from './pod-volumes.ts'
export type { ActionContext, ActionItem, ActionResult, BackupItemAction, RelatedItem } from './types.ts'
export { type VolumeInfo, volumeInfo } from './volume-info.ts'

/** Velero's built-in actions for API objects, in the order in which it runs them: each sees what the one before it made. */
export const backupItemActions: readonly BackupItemAction[] = [
  crdRemapVersion,
  pod,
  pv,
  serviceAccount,
  volumeSnapshotClass,
]
