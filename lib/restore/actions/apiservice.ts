import { at } from '../json.ts'
import type { RestoreItemAction } from '../types.ts'

/** Leaves out the APIServices that an API server makes for its own groups and for those of CRDs. */
export const apiService: RestoreItemAction = {
  name: 'velero.io/apiservice',
  applies: ({ resource, object }) =>
    resource === 'apiservices.apiregistration.k8s.io' &&
    at(object, 'metadata', 'labels', 'kube-aggregator.kubernetes.io/automanaged') !== undefined,
  run: () => ({ skip: 'the API server makes this APIService by itself' }),
}
