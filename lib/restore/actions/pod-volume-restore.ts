import { listAt, objectAt, textAt } from '../json.ts'
import type { RestoreItemAction } from '../types.ts'

/** By which Velero 1.18 and 1.6 hold a pod back until the contents of its volumes are there. */
const WAITING = ['restore-wait', 'restic-wait']

/**
 * Removes the init container that an earlier restore by Velero left in a pod. None is added: without a node agent it
 * would wait for ever.
 */
export const podVolumeRestore: RestoreItemAction = {
  name: 'velero.io/pod-volume-restore',
  applies: ({ resource }) => resource === 'pods',
  run: ({ object }) => {
    const spec = objectAt(object, 'spec')
    if (spec === undefined || !Array.isArray(spec.initContainers)) return undefined
    spec.initContainers = listAt(spec, 'initContainers').filter(
      container => !WAITING.includes(textAt(container, 'name')),
    )
    return undefined
  },
}
