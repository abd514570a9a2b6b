import {
  type ActionContext,
  type ActionItem,
  actionItem,
  ClusterRoleBindingIndex,
} from '../../../../lib/backup/actions/index.ts'
import type { ApiResource } from '../../../../lib/cluster/types.ts'

export function resource(name: string, group = ''): ApiResource {
  return { group, version: 'v1', name, singularName: '', kind: '', namespaced: true, verbs: [], shortNames: [] }
}

/** An item of `name` in namespace `shop`, its JSON given as a value or as text. */
export function item(
  kind: ApiResource,
  name: string,
  object: unknown,
  namespace: string | undefined = 'shop',
): ActionItem {
  const json = Buffer.from(typeof object === 'string' ? object : JSON.stringify(object))
  return actionItem(kind, namespace, name, json)
}

export function context(changes: Partial<ActionContext> = {}): ActionContext {
  return { backupName: 'nightly', clusterRoleBindings: new ClusterRoleBindingIndex(), serves: () => false, ...changes }
}
