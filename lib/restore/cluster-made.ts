import { labelOf, textAt } from './json.ts'
import type { KubeObject } from './types.ts'

const SLICE_CONTROLLERS = ['endpointslice-controller.k8s.io', 'endpointslicemirroring-controller.k8s.io']

/**
 * Why an object is better left to the cluster, which makes its own; undefined for all others. Velero writes these: the
 * certificate authority of another cluster is put right again by a controller, and slices without an owner, which point
 * to pods that are gone, are deleted by another, after some traffic went there.
 */
export function clusterMade(resource: string, object: KubeObject): string | undefined {
  if (resource === 'configmaps' && textAt(object, 'metadata', 'name') === 'kube-root-ca.crt')
    return "it is the certificate authority of the backup's cluster; every cluster has its own"
  if (
    resource === 'endpointslices.discovery.k8s.io' &&
    SLICE_CONTROLLERS.includes(labelOf(object, 'endpointslice.kubernetes.io/managed-by'))
  )
    return 'it follows from a Service, for which the cluster makes its own'
  return undefined
}
