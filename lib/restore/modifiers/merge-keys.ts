// Where strategic merge patches merge lists: what the Go types of core/v1, apps/v1, batch/v1 and meta/v1 say by the tags
// patchStrategy and patchMergeKey (in the OpenAPI document x-kubernetes-patch-strategy and x-kubernetes-patch-merge-key).
// Equal in Kubernetes 1.33 to 1.36. A list that is not here is replaced as a whole, an object is merged.

export interface Field {
  /** How a list is merged: as a set of plain values, or by the member that tells its items apart. */
  readonly list?: 'set' | { readonly key: string }
  /** What is known of the object, or of the list's items. */
  readonly fields?: Fields
}

export type Fields = Readonly<Record<string, Field>>

const object = (fields: Fields): Field => ({ fields })
const by = (key: string, fields: Fields = {}): Field => ({ list: { key }, fields })
const set: Field = { list: 'set' }

const metadata = object({ ownerReferences: by('uid'), finalizers: set })
const conditions = object({ conditions: by('type') })

const container: Fields = {
  ports: by('containerPort'),
  env: by('name'),
  volumeMounts: by('mountPath'),
  volumeDevices: by('devicePath'),
}

const volume: Fields = { ephemeral: object({ volumeClaimTemplate: object({ metadata }) }) }

const podSpec = object({
  volumes: by('name', volume),
  initContainers: by('name', container),
  containers: by('name', container),
  ephemeralContainers: by('name', container),
  imagePullSecrets: by('name'),
  hostAliases: by('ip'),
  topologySpreadConstraints: by('topologyKey'),
  schedulingGates: by('name'),
  resourceClaims: by('name'),
})

const podStatus = object({
  conditions: by('type'),
  hostIPs: by('ip'),
  podIPs: by('ip'),
  resourceClaimStatuses: by('name'),
})

const template = object({ metadata, spec: podSpec })
const workload: Fields = { metadata, spec: object({ template }), status: conditions }

const KINDS: Readonly<Record<string, Readonly<Record<string, Fields>>>> = {
  v1: {
    Pod: { metadata, spec: podSpec, status: podStatus },
    PodTemplate: { metadata, template },
    ReplicationController: workload,
    Service: { metadata, spec: object({ ports: by('port') }), status: conditions },
    ServiceAccount: { metadata, secrets: by('name') },
    Node: {
      metadata,
      spec: object({ podCIDRs: set }),
      status: object({ conditions: by('type'), addresses: by('type') }),
    },
    Namespace: { metadata, status: conditions },
    PersistentVolumeClaim: { metadata, status: conditions },
    ComponentStatus: { metadata, conditions: by('type') },
  },
  'apps/v1': { Deployment: workload, StatefulSet: workload, DaemonSet: workload, ReplicaSet: workload },
  'batch/v1': {
    Job: workload,
    CronJob: { metadata, spec: object({ jobTemplate: object({ metadata, spec: object({ template }) }) }) },
  },
  'velero.io/v1': {},
  'velero.io/v2alpha1': {},
  'snapshot.storage.k8s.io/v1': {},
  'groupsnapshot.storage.k8s.io/v1beta2': {},
}

/** What is known of a kind; undefined for a group and version whose types Velero does not have. */
export function fieldsOfKind(apiVersion: string, kind: string): Fields | undefined {
  if (!Object.hasOwn(KINDS, apiVersion)) return undefined
  const kinds = KINDS[apiVersion] ?? {}
  return Object.hasOwn(kinds, kind) ? kinds[kind] : { metadata }
}
