import { deleteKeys, objectAt } from '../json.ts'
import type { RestoreItemAction } from '../types.ts'

const UID_LABELS = ['controller-uid', 'batch.kubernetes.io/controller-uid']

/** Takes out the labels by which a Job knows its pods: they hold the uid that it had. The API gives it new ones. */
export const job: RestoreItemAction = {
  name: 'velero.io/job',
  applies: ({ resource }) => resource === 'jobs.batch',
  run: ({ object }) => {
    deleteKeys(objectAt(object, 'spec', 'selector', 'matchLabels'), UID_LABELS)
    deleteKeys(objectAt(object, 'spec', 'template', 'metadata', 'labels'), UID_LABELS)
    return undefined
  },
}
