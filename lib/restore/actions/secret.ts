import { annotationOf, deleteKeys, objectAt, textAt } from '../json.ts'
import type { RestoreItemAction } from '../types.ts'

/**
 * Of service account tokens, leaves out those that a controller made for an account (before Kubernetes 1.24, named
 * `<account>-token-<random>`), and takes the token itself out of others: the cluster fills in one that it will accept.
 * Velero goes by the accounts that exist in the namespace; the secret itself names its account.
 */
export const secret: RestoreItemAction = {
  name: 'velero.io/secret',
  applies: ({ resource, object }) => resource === 'secrets' && object.type === 'kubernetes.io/service-account-token',
  run: ({ object }) => {
    const account = annotationOf(object, 'kubernetes.io/service-account.name')
    if (account !== '' && textAt(object, 'metadata', 'name').startsWith(`${account}-token-`)) {
      return { skip: `the token of service account ${account} is made by the cluster` }
    }
    deleteKeys(objectAt(object, 'metadata', 'annotations'), ['kubernetes.io/service-account.uid'])
    deleteKeys(objectAt(object, 'data'), ['token', 'ca.crt'])
    return undefined
  },
}
