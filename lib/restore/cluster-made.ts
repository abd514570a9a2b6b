import { labelOf, textAt } from './json.ts'
import { isControllersSlice } from './noise.ts'
import type { KubeObject } from './types.ts'

/**
 * Why an object is better left to the cluster, which makes its own; undefined for all others. Velero writes these: the
 * certificate authority of another cluster is put right again by a controller, and slices without an owner, which point
 * to pods that are gone, are deleted by another, after some traffic went there; addresses of Services stay taken for ever.
 */
export function clusterMade(resource: string, object: KubeObject): string | undefined {
  if (resource === 'configmaps' && textAt(object, 'metadata', 'name') === 'kube-root-ca.crt')
    return "it is the certificate authority of the backup's cluster; every cluster has its own"
  if (resource === 'endpointslices.discovery.k8s.io' && isControllersSlice(object))
    return 'it follows from a Service, for which the cluster makes its own'
  if (
    resource === 'ipaddresses.networking.k8s.io' &&
    labelOf(object, 'ipaddress.kubernetes.io/managed-by') === 'ipallocator.k8s.io'
  )
    return 'it is the old address of a Service, which gets a new one'
  return undefined
}
