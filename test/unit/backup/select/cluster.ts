import type { NamespaceInfo } from '../../../../lib/backup/select/types.ts'
import type { ApiResource, DeadGroup, Discovery } from '../../../../lib/cluster/types.ts'

/** Group-version, then its resources in the server's order; `!` marks what is cluster-scoped, `?` what can't be created. */
const HARBOR = `
v1: pods persistentvolumeclaims !persistentvolumes serviceaccounts services replicationcontrollers limitranges podtemplates secrets !nodes resourcequotas events !namespaces configmaps endpoints !?componentstatuses ?bindings
apiregistration.k8s.io/v1: !apiservices
apps/v1: controllerrevisions daemonsets statefulsets replicasets deployments
events.k8s.io/v1: events
authentication.k8s.io/v1: !?tokenreviews
autoscaling/v2: horizontalpodautoscalers
batch/v1: jobs cronjobs
certificates.k8s.io/v1: !certificatesigningrequests
networking.k8s.io/v1: !ipaddresses networkpolicies !servicecidrs ingresses !ingressclasses
policy/v1: poddisruptionbudgets
rbac.authorization.k8s.io/v1: !clusterrolebindings !clusterroles rolebindings roles
storage.k8s.io/v1: !csidrivers !csinodes !storageclasses !volumeattachments csistoragecapacities !volumeattributesclasses
admissionregistration.k8s.io/v1: !mutatingwebhookconfigurations !validatingadmissionpolicybindings !validatingwebhookconfigurations !mutatingadmissionpolicybindings !validatingadmissionpolicies !mutatingadmissionpolicies
apiextensions.k8s.io/v1: !customresourcedefinitions
scheduling.k8s.io/v1: !priorityclasses
coordination.k8s.io/v1: leases
node.k8s.io/v1: !runtimeclasses
discovery.k8s.io/v1: endpointslices
resource.k8s.io/v1: resourceclaimtemplates !resourceslices !deviceclasses resourceclaims
flowcontrol.apiserver.k8s.io/v1: !flowschemas !prioritylevelconfigurations
harbor.example.com/v1: sails !berths
velero.io/v1: restores podvolumebackups downloadrequests backuprepositories backupstoragelocations serverstatusrequests schedules podvolumerestores backups volumesnapshotlocations deletebackuprequests
velero.io/v2alpha1: datadownloads datauploads
`

const SHORT: Record<string, string> = {
  deploy: 'deployments',
  sc: 'storageclasses',
  pv: 'persistentvolumes',
  cm: 'configmaps',
  ns: 'namespaces',
}

export function resourcesOf(text: string): ApiResource[] {
  return text
    .trim()
    .split('\n')
    .flatMap(line => {
      const [groupVersion = '', names = ''] = line.split(': ')
      const [version = '', group = ''] = groupVersion.split('/').reverse()
      return names.split(' ').map(marked => {
        const name = marked.replace(/[!?]/g, '')
        return {
          group,
          version,
          name,
          singularName: name.replace(/(?<=s)es$|s$/, ''),
          kind: name.replace(/(?<=s)es$|s$/, ''),
          namespaced: !marked.includes('!'),
          verbs: marked.includes('?')
            ? ['get', 'list']
            : ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
          shortNames: Object.keys(SHORT).filter(short => SHORT[short] === name),
        }
      })
    })
}

export function discoveryOf(text: string, dead: readonly DeadGroup[] = []): Discovery {
  const resources = resourcesOf(text)
  return {
    resources,
    served: resources,
    dead,
    resolve: wanted => {
      const [first = '', ...group] = wanted.toLowerCase().split('.')
      return resources.find(
        ({ name, singularName, shortNames, group: own }) =>
          [name, singularName, ...shortNames].includes(first) && (group.length === 0 || own === group.join('.')),
      )
    },
  }
}

/** The cluster behind the golden backups `full` and `web-label`. */
export const harbor = discoveryOf(HARBOR, [
  {
    group: 'metrics.example.com',
    version: 'v1beta1',
    apiService: 'v1beta1.metrics.example.com',
    message: 'service not found',
  },
])

export function find(resource: string, discovery: Discovery = harbor): ApiResource {
  const found = discovery.resolve(resource)
  if (found === undefined) throw new Error(`no ${resource} in the test's cluster`)
  return found
}

export function namespaces(...names: string[]): NamespaceInfo[] {
  return names.map(name => ({ name, labels: { 'kubernetes.io/metadata.name': name }, terminating: false }))
}

export const HARBOR_NAMESPACES = namespaces(
  'data',
  'default',
  'kube-node-lease',
  'kube-public',
  'kube-system',
  'shop',
  'velero',
)

/** What Velero 1.18 fills in where no resource filter is set. */
export const PLAIN = {
  includedNamespaces: ['*'],
  excludedClusterScopedResources: ['volumesnapshotcontents.snapshot.storage.k8s.io'],
  excludedNamespaceScopedResources: ['volumesnapshots.snapshot.storage.k8s.io'],
}

/** The same for the old filters. */
export const PLAIN_OLD = {
  includedNamespaces: ['*'],
  excludedResources: ['volumesnapshots.snapshot.storage.k8s.io', 'volumesnapshotcontents.snapshot.storage.k8s.io'],
}
