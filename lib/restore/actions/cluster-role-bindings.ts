import type { RestoreItemAction } from '../types.ts'
import { mapSubjects, mapsNamespaces } from './subjects.ts'

/** Under a namespace mapping, lets the subjects follow. */
export const clusterRoleBindings: RestoreItemAction = {
  name: 'velero.io/cluster-role-bindings',
  applies: ({ resource }, context) =>
    resource === 'clusterrolebindings.rbac.authorization.k8s.io' && mapsNamespaces(context),
  run: ({ object }, context) => {
    mapSubjects(object, context)
    return undefined
  },
}
