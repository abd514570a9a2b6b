import type { ApiResource } from '../../cluster/types.ts'
import type { Finding } from '../select/types.ts'
import type { ClusterRoleBindingIndex } from './cluster-role-bindings.ts'

/** An object on its way into the archive. */
export interface ActionItem {
  readonly resource: ApiResource
  /** Absent for what is cluster-scoped. */
  readonly namespace: string | undefined
  readonly name: string
  /** As the API sent it; items of built-in kinds lack apiVersion and kind, as in lists. */
  readonly json: Buffer
  /** The object for reading, parsed at the first call. Numbers in it may be rounded: changes start from `json`, by lossless.ts. */
  object(): unknown
}

export interface ActionContext {
  readonly backupName: string
  readonly clusterRoleBindings: Pick<ClusterRoleBindingIndex, 'of'>
  /** Whether the cluster serves this resource in this version: `serves('apps/v1', 'deployments')`. */
  serves(groupVersion: string, resource: string): boolean
}

/** Another object to store, to be read from the API. */
export interface RelatedItem {
  group: string
  /** Plural. */
  resource: string
  namespace?: string
  name: string
}

export interface ActionResult {
  /** The object to store instead; absent where nothing changed. */
  json?: Buffer
  /** Store the object as this version of its group has it; the caller reads it. */
  refetch?: { version: string }
  /** Each once; what does not exist is a warning for the caller to give, and the filters for related items apply. */
  related: RelatedItem[]
  findings: Finding[]
}

/** A pure rule for objects of some resources. One that throws drops the item, with an error. */
export interface BackupItemAction {
  readonly name: string
  applies(resource: ApiResource): boolean
  run(item: ActionItem, context: ActionContext): ActionResult
}
