import { isObject, listAt, objectAt, objectsAt, textAt } from '../json.ts'
import type { JsonObject, RestoreItemAction } from '../types.ts'

/**
 * Takes from a pod what its cluster gave it: the node, the priority (its class gives it anew), volumes with the token of
 * its service account (as before Kubernetes 1.24). Beyond Velero's rule, ephemeral containers go too: the API refuses a
 * pod that is created with any.
 */
export const pod: RestoreItemAction = {
  name: 'velero.io/pod',
  applies: ({ resource }) => resource === 'pods',
  run: ({ object }) => {
    const spec = objectAt(object, 'spec')
    if (spec === undefined) return undefined
    for (const field of ['nodeName', 'priority', 'ephemeralContainers']) delete spec[field]
    const account = textAt(spec, 'serviceAccountName')
    if (account !== '') removeTokens(spec, `${account}-token-`)
    return undefined
  },
}

function removeTokens(spec: JsonObject, prefix: string): void {
  dropNamed(spec, 'volumes', prefix)
  for (const container of [...objectsAt(spec, 'containers'), ...objectsAt(spec, 'initContainers')]) {
    dropNamed(container, 'volumeMounts', prefix)
  }
}

function dropNamed(holder: JsonObject, field: string, prefix: string): void {
  if (!Array.isArray(holder[field])) return
  holder[field] = listAt(holder, field).filter(entry => !isObject(entry) || !textAt(entry, 'name').startsWith(prefix))
}
