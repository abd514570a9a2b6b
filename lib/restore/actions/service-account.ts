import { listAt, textAt } from '../json.ts'
import type { RestoreItemAction } from '../types.ts'

/** Takes out the references to tokens that the old cluster made for this account; all of them, where Velero finds one. */
export const serviceAccount: RestoreItemAction = {
  name: 'velero.io/service-account',
  applies: ({ resource, object }) => resource === 'serviceaccounts' && Array.isArray(object.secrets),
  run: ({ object }) => {
    const prefix = `${textAt(object, 'metadata', 'name')}-token-`
    object.secrets = listAt(object, 'secrets').filter(secret => !textAt(secret, 'name').startsWith(prefix))
    return undefined
  },
}
