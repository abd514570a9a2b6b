import type { RestoreSpec } from '../velero/types-restore.ts'

/** A JSON object. Numbers that a double can't hold are opaque raw JSON: see velero/lossless.ts. */
export type JsonObject = Record<string, unknown>

/** A Kubernetes object as velero/lossless.ts parses it. */
export interface KubeObject extends JsonObject {
  apiVersion: string
  kind: string
  metadata: ObjectMetadata
}

export interface ObjectMetadata extends JsonObject {
  name: string
  namespace?: string
  labels?: Record<string, string>
  annotations?: Record<string, string>
  finalizers?: string[]
  managedFields?: ManagedFieldsEntry[]
}

export interface ManagedFieldsEntry extends JsonObject {
  manager?: string
  operation?: 'Apply' | 'Update'
  apiVersion?: string
  time?: string
  subresource?: string
  fieldsV1?: JsonObject
}

/** Something the account must tell. Where Velero has a text for it, `message` is that text. */
export interface RestoreFinding {
  level: 'error' | 'warning'
  message: string
  /** Where the results put it: absent, what concerns no object; '', cluster-scoped; else the target namespace. */
  namespace?: string
}

/** An object on its way from a backup into a cluster. */
export interface RestoreItem {
  /** Group-resource as the archive names it: `pods`, `deployments.apps`. */
  readonly resource: string
  /** In the backup; '' for what is cluster-scoped. */
  readonly namespace: string
  /** In the backup. */
  readonly name: string
  /** What will be written. Actions change it in place. */
  object: KubeObject
  /** As it was backed up, not to be changed. */
  readonly stored: KubeObject
}

/** What actions know beside the item: facts of this restore, gathered once. */
export interface RestoreActionContext {
  readonly restore: { readonly name: string; readonly uid: string }
  readonly spec: RestoreSpec
  /** The target namespace of a source namespace. */
  targetNamespace(source: string): string
  /** Storage classes to replace, old to new; from Velero's ConfigMap for change-storage-class. */
  readonly storageClasses: ReadonlyMap<string, string>
  /** Why a new storage class of that map can't be used (it does not exist); undefined where it can. */
  storageClassProblem(name: string): string | undefined
  /** Texts to replace in images, in order; from Velero's ConfigMap for change-image-name. */
  readonly images: readonly { readonly from: string; readonly to: string }[]
  /** 8 hex digits, the same each time for the same object, for names of init containers that have none. */
  shortId(namespace: string, name: string): string
}

export interface RestoreActionResult {
  /** The object is not to be restored: why, for the log. The item counts as skipped. */
  skip?: string
  /** For the account; `namespace` is filled in by the caller. */
  findings?: readonly Omit<RestoreFinding, 'namespace'>[]
}

/** A pure rule for objects of some kinds. One that throws fails the item: `error preparing <id>: <message>`. */
export interface RestoreItemAction {
  /** Velero's name of it: `velero.io/pod`. */
  readonly name: string
  applies(item: RestoreItem, context: RestoreActionContext): boolean
  run(item: RestoreItem, context: RestoreActionContext): RestoreActionResult | undefined
}
