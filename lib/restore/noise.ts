import { annotationOf, labelOf, textAt } from './json.ts'
import type { KubeObject } from './types.ts'

interface NoiseRule {
  /** Group-resources as the archive names them; absent, all. */
  resources?: readonly string[]
  /** `name` of a cluster-scoped object, `namespace/name`, or `*` and a name in every namespace. */
  names?: readonly string[]
  /** More that must hold. */
  when?(object: KubeObject): boolean
  reason: string
}

const SLICE_CONTROLLERS = ['endpointslice-controller.k8s.io', 'endpointslicemirroring-controller.k8s.io']

/** Whether an EndpointSlice is one that a controller makes, keeps and deletes. */
export function isControllersSlice(object: KubeObject): boolean {
  return SLICE_CONTROLLERS.includes(labelOf(object, 'endpointslice.kubernetes.io/managed-by'))
}

/** Objects that a cluster makes and keeps by itself: that they differ tells nobody anything, and nobody could change it. */
const RULES: readonly NoiseRule[] = [
  {
    resources: ['configmaps'],
    names: ['*/kube-root-ca.crt'],
    reason: "the cluster's own certificate authority, put into every namespace",
  },
  {
    resources: ['configmaps'],
    names: [
      'kube-system/kube-apiserver-legacy-service-account-token-tracking',
      'kube-system/extension-apiserver-authentication',
    ],
    reason: "the API server's notes",
  },
  { resources: ['leases.coordination.k8s.io'], reason: 'a heartbeat' },
  {
    resources: ['endpoints'],
    when: object =>
      annotationOf(object, 'endpoints.kubernetes.io/last-change-trigger-time') !== '' ||
      labelOf(object, 'endpoints.kubernetes.io/managed-by') === 'endpoint-controller',
    reason: 'follows from a Service and its pods',
  },
  {
    resources: ['endpointslices.discovery.k8s.io'],
    when: isControllersSlice,
    reason: 'follows from a Service and its pods, or from Endpoints',
  },
  {
    resources: ['services', 'endpoints', 'endpointslices.discovery.k8s.io'],
    names: ['default/kubernetes'],
    reason: 'the address of the API server itself',
  },
  {
    when: object => {
      const autoupdate = annotationOf(object, 'rbac.authorization.kubernetes.io/autoupdate')
      const bootstrapped = labelOf(object, 'kubernetes.io/bootstrapping') === 'rbac-defaults'
      // `false` takes an object out of the API server's hands.
      return autoupdate === 'true' || (bootstrapped && autoupdate !== 'false')
    },
    reason: 'RBAC that the API server sets up, and completes at each start',
  },
  {
    resources: ['flowschemas', 'prioritylevelconfigurations'].map(name => `${name}.flowcontrol.apiserver.k8s.io`),
    when: object => annotationOf(object, 'apf.kubernetes.io/autoupdate-spec') === 'true',
    reason: 'flow control that the API server keeps at its defaults',
  },
  {
    resources: ['priorityclasses.scheduling.k8s.io'],
    names: ['system-cluster-critical', 'system-node-critical'],
    reason: 'a priority that the API server defines',
  },
  {
    resources: ['servicecidrs.networking.k8s.io'],
    names: ['kubernetes'],
    reason: "a setting of the API server's command line",
  },
  {
    resources: ['ipaddresses.networking.k8s.io'],
    when: object => labelOf(object, 'ipaddress.kubernetes.io/managed-by') === 'ipallocator.k8s.io',
    reason: 'an address that the API server allotted to a Service',
  },
]

/** Why an object that differs is nobody's concern; undefined where it may be somebody's. */
export function noiseReason(resource: string, object: KubeObject): string | undefined {
  const name = textAt(object, 'metadata', 'name')
  const namespace = textAt(object, 'metadata', 'namespace')
  const names = namespace === '' ? [name] : [`${namespace}/${name}`, `*/${name}`]
  return RULES.find(
    rule =>
      (rule.resources === undefined || rule.resources.includes(resource)) &&
      (rule.names === undefined || rule.names.some(each => names.includes(each))) &&
      (rule.when === undefined || rule.when(object)),
  )?.reason
}
