import type { Settings } from '../../config/types.ts'
import { CLUSTER_ANNOTATION, LOCATION_ANNOTATION } from '../../velero/annotations.ts'
import type { Backup } from '../../velero/types.ts'
import type { Restore } from '../../velero/types-restore.ts'
import type { RequestFlags } from '../flags/request-flags.ts'

/** A request with what says to the functions which cluster and location are meant: names of the lateen.yaml that they have too. */
export function addressed<T extends Backup | Restore>(request: T, { cluster }: Settings, flags: RequestFlags): T {
  const location = request.kind === 'Restore' ? flags.storageLocation : undefined
  const annotations = {
    ...(cluster.name !== undefined && { [CLUSTER_ANNOTATION]: cluster.name }),
    ...(location && { [LOCATION_ANNOTATION]: location }),
    ...request.metadata.annotations,
  }
  if (Object.keys(annotations).length === 0) return request
  return { ...request, metadata: { ...request.metadata, annotations } }
}
