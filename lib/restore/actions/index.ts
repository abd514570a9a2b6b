import type { RestoreItemAction } from '../types.ts'
import { admissionWebhookConfiguration } from './admission-webhook-configuration.ts'
import { apiService } from './apiservice.ts'
import { changeImageName } from './change-image-name.ts'
import { changeStorageClass } from './change-storage-class.ts'
import { clusterRoleBindings } from './cluster-role-bindings.ts'
import { crdPreserveFields } from './crd-preserve-fields.ts'
import { dataUpload } from './dataupload.ts'
import { initRestoreHook } from './init-restore-hook.ts'
import { job } from './job.ts'
import { pod } from './pod.ts'
import { podVolumeRestore } from './pod-volume-restore.ts'
import { pvc } from './pvc.ts'
import { roleBindings } from './role-bindings.ts'
import { secret } from './secret.ts'
import { service } from './service.ts'
import { serviceAccount } from './service-account.ts'

/**
 * Velero's built-in actions for API objects, in the order in which it runs them: each sees what the one before it made.
 * Objects that others need come in earlier waves, so none names any.
 */
export const restoreItemActions: readonly RestoreItemAction[] = [
  admissionWebhookConfiguration,
  apiService,
  changeImageName,
  changeStorageClass,
  clusterRoleBindings,
  crdPreserveFields,
  dataUpload,
  initRestoreHook,
  job,
  pod,
  podVolumeRestore,
  pvc,
  roleBindings,
  secret,
  service,
  serviceAccount,
]

/** Those that say what a backed-up object becomes. A live object is such already, and must not become it twice. */
const TRANSLATIONS: readonly RestoreItemAction[] = [
  changeImageName,
  changeStorageClass,
  clusterRoleBindings,
  initRestoreHook,
  roleBindings,
]

/**
 * Those that take out what a cluster generates or no longer takes. Run on a live object, they make it comparable with
 * one from a backup that went through all of them.
 */
export const comparisonActions: readonly RestoreItemAction[] = restoreItemActions.filter(
  action => !TRANSLATIONS.includes(action),
)
