import type { RestoreItemAction } from '../types.ts'
import { mapSubjects, mapsNamespaces } from './subjects.ts'

/** Under a namespace mapping, lets the subjects follow. */
export const roleBindings: RestoreItemAction = {
  name: 'velero.io/role-bindings',
  applies: ({ resource }, context) => resource === 'rolebindings.rbac.authorization.k8s.io' && mapsNamespaces(context),
  run: ({ object }, context) => {
    mapSubjects(object, context)
    return undefined
  },
}
