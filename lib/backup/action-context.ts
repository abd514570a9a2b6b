import { groupVersionName } from '../cluster/discovery/groups.ts'
import type { RawItem } from '../cluster/item.ts'
import { readList } from '../cluster/list.ts'
import type { ApiResource, Discovery } from '../cluster/types.ts'
import { LateenError, messageOf } from '../velero/errors.ts'
import { type ActionContext, ClusterRoleBindingIndex } from './actions/index.ts'
import type { RunContext } from './context.ts'
import { groupResource } from './select/resources.ts'
import type { Selection } from './select/types.ts'

const RBAC = 'rbac.authorization.k8s.io'
const SERVICE_ACCOUNTS = 'serviceaccounts'

/**
 * What actions need of the cluster for objects of a kind. Bindings are read once, and only for service accounts, where the
 * selection leaves open to store what they lead to: whoever backs up nothing of it need not be allowed to list them.
 */
export function lazyActionContext(
  backupName: string,
  { transport, discovery, selection }: Pick<RunContext, 'transport' | 'discovery' | 'selection'>,
  warn: (message: string, error: string) => void,
): RunContext['actionContext'] {
  const clusterRoleBindings = new ClusterRoleBindingIndex()
  const serves = (groupVersion: string, resource: string) =>
    discovery.served.some(
      ({ group, version, name }) => name === resource && groupVersion === groupVersionName(group, version),
    )
  const context: ActionContext = { backupName, clusterRoleBindings, serves }
  const bindings = bindingsToRead(discovery, selection)
  const read = async (resource: ApiResource) => {
    try {
      const items = (found: readonly RawItem[]) => {
        for (const item of found) clusterRoleBindings.add(item.json)
      }
      await readList(transport, { resource }, { items })
    } catch (error) {
      if (!(error instanceof LateenError)) throw error
      warn(
        'Cluster role bindings of service accounts are not in this backup: they could not be listed',
        messageOf(error),
      )
    }
  }
  let reading: Promise<void> | undefined
  return async resource => {
    if (bindings !== undefined && groupResource(resource) === SERVICE_ACCOUNTS) {
      reading ??= read(bindings)
      await reading
    }
    return context
  }
}

/** ClusterRoleBindings, where they or the roles that they name may be stored with a service account. */
export function bindingsToRead(
  { resources }: Pick<Discovery, 'resources'>,
  { allowsRelated }: Pick<Selection, 'allowsRelated'>,
): ApiResource | undefined {
  const found = (name: string) => resources.find(each => each.group === RBAC && each.name === name)
  const [bindings, roles] = [found('clusterrolebindings'), found('clusterroles')]
  const allowed = [bindings, roles].some(each => each !== undefined && allowsRelated(each, undefined))
  return allowed ? bindings : undefined
}
