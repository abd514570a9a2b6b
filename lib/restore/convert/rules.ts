import { autoscalingV2 } from './autoscaling.ts'
import { certificateRequestV1 } from './certificates.ts'
import { definitionV1 } from './definitions.ts'
import { ingressV1 } from './ingress.ts'
import { roleBindingV1 } from './rbac.ts'
import { disruptionBudgetV1, endpointSliceV1, priorityLevelV1, runtimeClassV1 } from './small.ts'
import type { ConversionRule } from './types.ts'
import { webhooksV1 } from './webhooks.ts'
import { workloadV1 } from './workloads.ts'

type Line = readonly [
  resources: string,
  from: string,
  to: string,
  change: ConversionRule['change'],
  reason: ConversionRule['reason'],
]

const rbac = (version: string) => `rbac.authorization.k8s.io/${version}`
const flow = (version: string) => `flowcontrol.apiserver.k8s.io/${version}`
const admission = (version: string) => `admissionregistration.k8s.io/${version}`
const storage = (version: string) => `storage.k8s.io/${version}`
const snapshots = 'volumesnapshots volumesnapshotcontents volumesnapshotclasses'
const allApps = 'deployments daemonsets replicasets statefulsets'
const noOther = undefined

/**
 * What Kubernetes removed and can be said in a version that took its place. Not here, and so not convertible:
 * PodSecurityPolicies (nothing took their place), and removed versions of kinds that no backup holds.
 */
const TABLE: readonly Line[] = [
  ['cronjobs', 'batch/v1beta1', 'batch/v1', noOther, 'same shape; gone in 1.25'],
  ['cronjobs', 'batch/v2alpha1', 'batch/v1', noOther, 'same shape; gone in 1.21'],
  [
    'poddisruptionbudgets',
    'policy/v1beta1',
    'policy/v1',
    disruptionBudgetV1,
    'an empty selector meant no pod, now all',
  ],
  ['ingresses', 'extensions/v1beta1', 'networking.k8s.io/v1', ingressV1, 'backends have another shape, paths a type'],
  ['ingresses', 'networking.k8s.io/v1beta1', 'networking.k8s.io/v1', ingressV1, 'the same'],
  ['ingressclasses', 'networking.k8s.io/v1beta1', 'networking.k8s.io/v1', noOther, 'same shape; gone in 1.22'],
  ['networkpolicies', 'extensions/v1beta1', 'networking.k8s.io/v1', noOther, 'same shape; gone in 1.16'],
  ['deployments daemonsets replicasets', 'extensions/v1beta1', 'apps/v1', workloadV1, 'a selector must be given'],
  ['deployments statefulsets', 'apps/v1beta1', 'apps/v1', workloadV1, 'a selector must be given'],
  [allApps, 'apps/v1beta2', 'apps/v1', workloadV1, 'gone in 1.16'],
  ['controllerrevisions', 'apps/v1beta1', 'apps/v1', noOther, 'same shape; gone in 1.16'],
  ['controllerrevisions', 'apps/v1beta2', 'apps/v1', noOther, 'same shape; gone in 1.16'],
  ['roles clusterroles', rbac('v1beta1'), rbac('v1'), noOther, 'same shape; gone in 1.22'],
  ['roles clusterroles', rbac('v1alpha1'), rbac('v1'), noOther, 'same shape; gone in 1.23'],
  ['rolebindings clusterrolebindings', rbac('v1beta1'), rbac('v1'), noOther, 'same shape; gone in 1.22'],
  [
    'rolebindings clusterrolebindings',
    rbac('v1alpha1'),
    rbac('v1'),
    roleBindingV1,
    'subjects had a version, not a group',
  ],
  ['priorityclasses', 'scheduling.k8s.io/v1beta1', 'scheduling.k8s.io/v1', noOther, 'same shape; gone in 1.22'],
  ['priorityclasses', 'scheduling.k8s.io/v1alpha1', 'scheduling.k8s.io/v1', noOther, 'same shape; gone in 1.23'],
  ['storageclasses csidrivers', storage('v1beta1'), storage('v1'), noOther, 'same shape; gone in 1.22'],
  ['csistoragecapacities', storage('v1beta1'), storage('v1'), noOther, 'same shape; gone in 1.27'],
  ['leases', 'coordination.k8s.io/v1beta1', 'coordination.k8s.io/v1', noOther, 'same shape; gone in 1.22'],
  ['endpointslices', 'discovery.k8s.io/v1beta1', 'discovery.k8s.io/v1', endpointSliceV1, 'topology became fields'],
  ['horizontalpodautoscalers', 'autoscaling/v2beta1', 'autoscaling/v2', autoscalingV2, 'metrics have another shape'],
  ['horizontalpodautoscalers', 'autoscaling/v2beta2', 'autoscaling/v2', noOther, 'same shape; gone in 1.26'],
  [
    'mutatingwebhookconfigurations validatingwebhookconfigurations',
    admission('v1beta1'),
    admission('v1'),
    webhooksV1,
    'other defaults, and side effects must be named',
  ],
  [
    'customresourcedefinitions',
    'apiextensions.k8s.io/v1beta1',
    'apiextensions.k8s.io/v1',
    definitionV1,
    'what held for all versions is said for each, and each needs a schema',
  ],
  ['apiservices', 'apiregistration.k8s.io/v1beta1', 'apiregistration.k8s.io/v1', noOther, 'same shape; gone in 1.22'],
  ['runtimeclasses', 'node.k8s.io/v1beta1', 'node.k8s.io/v1', noOther, 'same shape; gone in 1.25'],
  ['runtimeclasses', 'node.k8s.io/v1alpha1', 'node.k8s.io/v1', runtimeClassV1, 'the fields of the spec moved up'],
  [snapshots, 'snapshot.storage.k8s.io/v1beta1', 'snapshot.storage.k8s.io/v1', noOther, 'same shape'],
  [
    'certificatesigningrequests',
    'certificates.k8s.io/v1beta1',
    'certificates.k8s.io/v1',
    certificateRequestV1,
    'a signer and usages must be given',
  ],
  // v1 is there since 1.29; a cluster before that may have v1beta3 as its newest.
  ...['v1alpha1', 'v1beta1', 'v1beta2', 'v1beta3'].flatMap((version): Line[] => {
    const shares = version === 'v1beta3' ? noOther : priorityLevelV1
    const newer = ['v1', ...(version === 'v1beta3' ? [] : ['v1beta3'])]
    return newer.flatMap((to): Line[] => [
      ['flowschemas', flow(version), flow(to), noOther, 'same shape; the last beta is gone in 1.32'],
      ['prioritylevelconfigurations', flow(version), flow(to), shares, 'shares have another name since v1beta3'],
    ])
  }),
]

export const RULES: readonly ConversionRule[] = TABLE.flatMap(([resources, from, to, change, reason]) =>
  resources.split(' ').map(resource => ({ resource, from, to, reason, ...(change && { change }) })),
)
