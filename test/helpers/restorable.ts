import type { Faults } from '../../playground/cluster/faults.ts'
import { TestClock } from './clock.ts'
import { podWithVolume, priorityClass } from './many-objects.ts'
import type { MemoryStore } from './memory-store.ts'
import { configMap, namespace, openWorld, type Seed, type World } from './world.ts'

// A little of everything that a restore treats in its own way, backed up in one cluster and partly there in another.

/** The entry of managedFields that a manager left. */
export const ownedBy = (manager: string, fields: object, more: object = {}) => ({
  manager,
  operation: 'Update',
  apiVersion: 'v1',
  time: '2026-11-20T00:00:00Z',
  fieldsType: 'FieldsV1',
  fieldsV1: fields,
  ...more,
})

const applied = { operation: 'Apply' }
const data = (...keys: string[]) => ({ 'f:data': Object.fromEntries(keys.map(key => [`f:${key}`, {}])) })

/** Creating objects under this manager fails, for good or until webhooks are restored: see `faults`. */
const REFUSED = 'refused'
const LATE = 'late'

/** Of hulls, `hulls.lateen.test`, with a status of their own. */
export const hullDefinition: Seed = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'hulls.lateen.test' },
  spec: {
    group: 'lateen.test',
    scope: 'Namespaced',
    names: { plural: 'hulls', singular: 'hull', kind: 'Hull', listKind: 'HullList' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
  status: {
    conditions: ['NamesAccepted', 'Established'].map(type => ({ type, status: 'True' })),
    storedVersions: ['v1'],
  },
}

export const hull = (place: string, more: object = {}): Seed => {
  const [ns = '', name = ''] = place.split('/')
  return {
    apiVersion: 'lateen.test/v1',
    kind: 'Hull',
    metadata: { name, namespace: ns },
    spec: { planks: 12 },
    status: { afloat: true },
    ...more,
  }
}

export const serviceAccount = (place: string, more: object = {}, metadata: object = {}): Seed => {
  const [ns = '', name = ''] = place.split('/')
  return { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: ns, ...metadata }, ...more }
}

const webhook: Seed = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingWebhookConfiguration',
  metadata: { name: 'harbour-master' },
  webhooks: [],
}

const owner = ownedBy('kubectl', { ...data('a'), 'f:secrets': {} })

/** Objects of the backup that the target has too: equal, or not. */
const THERE: Seed[] = [
  namespace('b', { team: 'blue' }),
  configMap('b/same', { a: '1' }, { managedFields: [owner] }),
  configMap('b/differs', { a: '1' }, { managedFields: [owner] }),
  configMap('b/less', { mine: '1' }, { managedFields: [owner] }),
  configMap('b/differs-too', { a: '1', b: '2' }, { managedFields: [ownedBy('argo', data('a', 'b'), applied), owner] }),
  serviceAccount('b/same', { secrets: [{ name: 'x' }] }),
  serviceAccount('b/robot', { secrets: [{ name: 'x' }, { name: 'y' }] }, { labels: { app: 'robot' } }),
]

export const backedUp: readonly Seed[] = [
  ...THERE,
  namespace('a', { team: 'red' }),
  hullDefinition,
  hull('a/main'),
  hull('b/second'),
  priorityClass,
  ...podWithVolume('a', 'db'),
  serviceAccount('a/default'),
  serviceAccount('a/new', { imagePullSecrets: [{ name: 'registry' }] }),
  configMap('a/one', { a: '1' }, { managedFields: [ownedBy('kubectl-create', data('a'))] }),
  configMap('a/applied', { a: '1' }, { managedFields: [ownedBy('argo', data('a'), applied), ownedBy('hpa', {})] }),
  configMap('a/late', { a: '1' }, { managedFields: [ownedBy(LATE, data('a'))] }),
  configMap('b/refused', { a: '1' }, { managedFields: [ownedBy(REFUSED, data('a'))] }),
  webhook,
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'a' },
    spec: { selector: { app: 'web' }, clusterIP: '10.96.1.2', ports: [{ port: 80, protocol: 'TCP' }] },
  },
]

export const existing: readonly Seed[] = THERE.map(object => {
  const { kind, metadata } = object
  if (kind === 'Namespace') return object
  const there = { ...object, metadata: { name: metadata.name, namespace: metadata.namespace, managedFields: [owner] } }
  if (metadata.name === 'same') return there
  return kind === 'ServiceAccount'
    ? { ...there, secrets: [{ name: 'z' }] }
    : { ...there, data: { a: 'other', mine: '1' } }
})

/** The kinds of what is backed up, as `dump` takes them. */
export const KINDS = [
  'v1/namespaces',
  'v1/configmaps',
  'v1/serviceaccounts',
  'v1/persistentvolumes',
  'v1/persistentvolumeclaims',
  'v1/pods',
  'v1/services',
  'lateen.test/v1/hulls',
  'apiextensions.k8s.io/v1/customresourcedefinitions',
  'scheduling.k8s.io/v1/priorityclasses',
  'admissionregistration.k8s.io/v1/validatingwebhookconfigurations',
]

/** The same, as a backup names them: none of what a cluster has of its own. */
export const RESOURCES = [
  ...'namespaces configmaps serviceaccounts persistentvolumes persistentvolumeclaims pods services'.split(' '),
  ...'hulls.lateen.test customresourcedefinitions priorityclasses validatingwebhookconfigurations'.split(' '),
]

const status = (code: number, message: string) => ({
  status: code,
  body: JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', message, reason: 'Invalid', code }),
})

/** One object is refused for good, and one until the webhooks are there, which come last. Of one cluster. */
export function faults(): Faults {
  let late = true
  return ({ method, path }) => {
    if (method !== 'POST') return undefined
    if (path.includes('webhookconfigurations')) late = false
    if (path.endsWith(`fieldManager=${REFUSED}`)) return status(422, 'it is not to be')
    return late && path.endsWith(`fieldManager=${LATE}`) ? status(500, 'failed calling webhook "w"') : undefined
  }
}

/** A cluster that is to be restored into, where some of it has been for a minute, and a copy of a store with the backup. */
export async function openTarget(
  store: MemoryStore,
  { now, more = [] }: { now?: Date; more?: readonly Seed[] } = {},
): Promise<World> {
  const clock = now && new TestClock(now.toISOString())
  const target = await openWorld({ store: store.copy(), faults: faults(), ...(clock && { clock }) })
  target.cluster.seed([...existing, ...more])
  target.clock.advance(60_000)
  return target
}
