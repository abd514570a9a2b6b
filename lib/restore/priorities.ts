/** A kind that is restored in a wave of its own, and why it comes where it does. */
export interface Priority {
  /** `pods` or `deployments.apps`. */
  readonly resource: string
  readonly reason: string
}

const at = (resource: string, reason: string): Priority => ({ resource, reason })

// Velero 1.18's order (flag --restore-resource-priorities of its server), with the reasons that its source gives or that
// follow from what the kinds do. `namespaces` and CRDs come before any list.

export const HIGH: readonly Priority[] = [
  at('customresourcedefinitions', 'custom resources are served only once their definition is established'),
  at('namespaces', 'everything namespaced needs its namespace'),
  at('storageclasses', 'volumes and claims name them'),
  at('volumesnapshotclasses.snapshot.storage.k8s.io', 'snapshots name them'),
  at('volumesnapshotcontents.snapshot.storage.k8s.io', 'snapshots are bound to them'),
  at('volumesnapshots.snapshot.storage.k8s.io', 'claims may have them as a source'),
  at('datauploads.velero.io', "the results of Velero's data movers are looked up for claims"),
  at('persistentvolumes', 'a claim that names its volume is bound to it only if it is there'),
  at('persistentvolumeclaims', 'pods that mount them start only once they are bound'),
  at('clusterroles', 'bindings name them'),
  at('roles', 'bindings name them'),
  at('serviceaccounts', 'pods run as them, and are refused without'),
  at('clusterrolebindings', 'pods may need their rights from the first second'),
  at('rolebindings', 'pods may need their rights from the first second'),
  at('secrets', 'pods mount them and pull images by them'),
  at('configmaps', 'pods mount them'),
  at('limitranges', 'pods are to get the limits that they had'),
  at('priorityclasses', 'pods that name one are refused without it'),
  at('pods', 'before their owners, which adopt them in place of making new ones'),
  at('replicasets.apps', 'before deployments, which adopt them; after pods, which they adopt'),
  at('clusterclasses.cluster.x-k8s.io', 'clusters name them'),
  at('endpoints', 'before services, whose controller would make new ones'),
  at('services', 'before what asks for their addresses'),
]

/** What Velero does not name, but what must not run into what follows. */
export const MIDDLE_FIRST: readonly Priority[] = [
  at('controllerrevisions.apps', 'before stateful and daemon sets, which would make new ones and roll their pods'),
]

export const LOW: readonly Priority[] = [
  at('clusterbootstraps.run.tanzu.vmware.com', 'after the packages that they install'),
  at('clusters.cluster.x-k8s.io', 'after all that describes the cluster'),
  at('clusterresourcesets.addons.cluster.x-k8s.io', 'after the clusters that they apply to'),
  at('apps.kappctrl.k14s.io', 'after the packages that they are made from'),
  at('packageinstalls.packaging.carvel.dev', 'after the packages that they are made from'),
]

const webhooks = 'calls a service for other objects, which would be refused or changed while it is not up'
const policies = 'judges the objects that are being restored'

/** Ours: what meddles with the restore of all others comes last. */
export const LAST: readonly Priority[] = [
  at('mutatingwebhookconfigurations.admissionregistration.k8s.io', webhooks),
  at('validatingwebhookconfigurations.admissionregistration.k8s.io', webhooks),
  at('mutatingadmissionpolicies.admissionregistration.k8s.io', policies),
  at('mutatingadmissionpolicybindings.admissionregistration.k8s.io', policies),
  at('validatingadmissionpolicies.admissionregistration.k8s.io', policies),
  at('validatingadmissionpolicybindings.admissionregistration.k8s.io', policies),
  at('apiservices.apiregistration.k8s.io', 'an API whose service is not up yet slows discovery down, or breaks it'),
]
