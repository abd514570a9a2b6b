import { localService } from './controllers/api-services.ts'
import { create } from './create.ts'
import { BUILT_IN } from './kinds.ts'
import { SYSTEM_NAMESPACES } from './namespaces.ts'
import type { Objects } from './objects.ts'
import { API_ADDRESS } from './services.ts'

const SERVER = { manager: 'kube-apiserver', dryRun: false }

/** What is in a cluster before anybody uses it. */
export function populate(objects: Objects): void {
  const kind = (path: string) => objects.kind(...(path.split(' ') as [string, string, string]))
  for (const name of SYSTEM_NAMESPACES) create(objects, kind(' v1 namespaces'), { metadata: { name } }, SERVER)
  for (const { group, version, groupPriority, versionPriority } of BUILT_IN) {
    const labels = { 'kube-aggregator.kubernetes.io/automanaged': 'onstart' }
    const spec = {
      ...(group !== '' && { group }),
      version,
      groupPriorityMinimum: groupPriority,
      versionPriority,
    }
    // The group that serves APIServices has none itself.
    if (group !== 'apiregistration.k8s.io')
      objects.make(
        kind('apiregistration.k8s.io v1 apiservices'),
        SERVER.manager,
        { name: `${version}.${group}`, labels },
        { spec, status: localService(objects.now()) },
      )
  }
  const cidr = { metadata: { name: 'kubernetes' }, spec: { cidrs: ['10.96.0.0/16'] } }
  create(objects, kind('networking.k8s.io v1 servicecidrs'), cidr, SERVER)
  const labels = { component: 'apiserver', provider: 'kubernetes' }
  const service = {
    metadata: { name: 'kubernetes', namespace: 'default', labels },
    spec: {
      clusterIP: API_ADDRESS,
      ports: [{ name: 'https', protocol: 'TCP', port: 443, targetPort: 6443 }],
    },
  }
  create(objects, kind(' v1 services'), service, SERVER)
  for (const [name, value] of [
    ['system-cluster-critical', 2_000_000_000],
    ['system-node-critical', 2_000_001_000],
  ] as const)
    create(objects, kind('scheduling.k8s.io v1 priorityclasses'), { metadata: { name }, value }, SERVER)
  const rules = [
    { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
    { verbs: ['*'], nonResourceURLs: ['*'] },
  ]
  const bootstrap = { 'kubernetes.io/bootstrapping': 'rbac-defaults' }
  const rbac = 'rbac.authorization.k8s.io'
  const admin = { name: 'cluster-admin', labels: bootstrap }
  create(objects, kind(`${rbac} v1 clusterroles`), { metadata: admin, rules }, SERVER)
  const roleRef = { apiGroup: rbac, kind: 'ClusterRole', name: 'cluster-admin' }
  const subjects = [{ kind: 'Group', apiGroup: rbac, name: 'system:masters' }]
  create(objects, kind(`${rbac} v1 clusterrolebindings`), { metadata: admin, subjects, roleRef }, SERVER)
  const node = { metadata: { name: 'node-0', labels: { 'kubernetes.io/hostname': 'node-0' } }, status: NODE_STATUS }
  create(objects, kind(' v1 nodes'), node, SERVER)
}

const SIZE = { cpu: '1k', memory: '1Ti', pods: '1M' }
const NODE_STATUS = {
  allocatable: SIZE,
  capacity: SIZE,
  conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' }],
}
