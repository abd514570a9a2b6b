import { deleteKeys, objectAt } from '../json.ts'
import type { RestoreItemAction } from '../types.ts'

const OF_THE_OLD_VOLUME = [
  'pv.kubernetes.io/bind-completed',
  'pv.kubernetes.io/bound-by-controller',
  'volume.kubernetes.io/storage-provisioner',
  'volume.beta.kubernetes.io/storage-provisioner',
  'volume.kubernetes.io/selected-node',
  'velero.io/volume-snapshot-name',
  'velero.io/data-upload-name',
]

/** Takes out the annotations that tell how a claim came to the volume that it had. */
export const pvc: RestoreItemAction = {
  name: 'velero.io/pvc',
  applies: ({ resource }) => resource === 'persistentvolumeclaims',
  run: ({ object }) => {
    deleteKeys(objectAt(object, 'metadata', 'annotations'), OF_THE_OLD_VOLUME)
    return undefined
  },
}
