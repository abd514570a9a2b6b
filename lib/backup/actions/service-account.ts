import type { BackupItemAction } from './types.ts'

const RBAC = 'rbac.authorization.k8s.io'

/** Brings along the ClusterRoleBindings that name the service account, and their ClusterRoles. */
export const serviceAccount: BackupItemAction = {
  name: 'velero.io/service-account',
  applies: resource => resource.group === '' && resource.name === 'serviceaccounts',
  run: (item, context) => {
    const { bindings, clusterRoles } = context.clusterRoleBindings.of(item.namespace ?? '', item.name)
    return {
      related: [
        ...bindings.map(name => ({ group: RBAC, resource: 'clusterrolebindings', name })),
        ...clusterRoles.map(name => ({ group: RBAC, resource: 'clusterroles', name })),
      ],
      findings: [],
    }
  },
}
