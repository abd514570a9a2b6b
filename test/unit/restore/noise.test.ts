import { expect, test } from 'vitest'
import { noiseReason } from '../../../lib/restore/noise.ts'
import { object } from './actions/items.ts'

const named = (name: string, namespace?: string) => object({ metadata: { name, namespace } })
const labelled = (key: string, value: string) => object({ metadata: { labels: { [key]: value } } })
const annotated = (key: string, value: string) => object({ metadata: { annotations: { [key]: value } } })
const SLICES = 'endpointslices.discovery.k8s.io'
const BY = 'endpointslice.kubernetes.io/managed-by'
const AUTOUPDATE = 'rbac.authorization.kubernetes.io/autoupdate'

test.each([
  ['configmaps', named('kube-root-ca.crt', 'shop')],
  ['configmaps', named('kube-apiserver-legacy-service-account-token-tracking', 'kube-system')],
  ['leases.coordination.k8s.io', named('any', 'shop')],
  ['endpoints', annotated('endpoints.kubernetes.io/last-change-trigger-time', 't')],
  ['endpoints', labelled('endpoints.kubernetes.io/managed-by', 'endpoint-controller')],
  [SLICES, labelled(BY, 'endpointslice-controller.k8s.io')],
  [SLICES, labelled(BY, 'endpointslicemirroring-controller.k8s.io')],
  ['services', named('kubernetes', 'default')],
  ['endpoints', named('kubernetes', 'default')],
  [SLICES, named('kubernetes', 'default')],
  ['clusterroles.rbac.authorization.k8s.io', labelled('kubernetes.io/bootstrapping', 'rbac-defaults')],
  ['rolebindings.rbac.authorization.k8s.io', annotated(AUTOUPDATE, 'true')],
  ['flowschemas.flowcontrol.apiserver.k8s.io', annotated('apf.kubernetes.io/autoupdate-spec', 'true')],
  ['priorityclasses.scheduling.k8s.io', named('system-node-critical')],
  ['ipaddresses.networking.k8s.io', labelled('ipaddress.kubernetes.io/managed-by', 'ipallocator.k8s.io')],
])('of %s, this is made by the cluster: %j', (resource, made) => {
  expect(noiseReason(resource, made)).toMatch(/\w/)
})

test.each([
  ['configmaps', named('web-conf', 'shop')],
  ['secrets', named('kube-root-ca.crt', 'shop')],
  ['endpoints', named('manual', 'shop')],
  [SLICES, labelled(BY, 'our-controller.example.com')],
  ['services', named('kubernetes', 'shop')],
  ['clusterroles.rbac.authorization.k8s.io', named('shop')],
  [
    'clusterroles.rbac.authorization.k8s.io',
    object({
      metadata: { labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults' }, annotations: { [AUTOUPDATE]: 'false' } },
    }),
  ],
  ['flowschemas.flowcontrol.apiserver.k8s.io', annotated('apf.kubernetes.io/autoupdate-spec', 'false')],
  ['priorityclasses.scheduling.k8s.io', named('high')],
])('of %s, this is somebody’s own: %j', (resource, own) => {
  expect(noiseReason(resource, own)).toBeUndefined()
})
