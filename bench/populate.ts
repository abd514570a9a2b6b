import { connect } from '../lib/cluster/connect.ts'
import { exchange } from '../lib/cluster/http/read.ts'
import { createObject, resourcePath } from '../lib/cluster/objects.ts'
import { ApiError, type Transport } from '../lib/cluster/types.ts'

/** Namespaces that the objects are spread over. */
export const NAMESPACES = Array.from({ length: 20 }, (_, i) => `bench-${i}`)

const text = (length: number, seed: number) =>
  Array.from({ length }, (_, i) => String.fromCharCode(97 + ((i * 7 + seed * 13 + ((i * seed) % 11)) % 26))).join('')

const podSpec = (i: number) => ({
  containers: ['app', 'proxy'].map(name => ({
    name,
    image: `registry.example.com/${name}:${i}`,
    env: [{ name: 'SETTINGS', value: text(300, i) }],
    resources: { requests: { cpu: '100m', memory: '64Mi' } },
  })),
})

interface Kind {
  group: string
  name: string
  kind: string
}

const NAMESPACE: Kind = { group: '', name: 'namespaces', kind: 'Namespace' }
const SERVICE_ACCOUNT: Kind = { group: '', name: 'serviceaccounts', kind: 'ServiceAccount' }

/** What a cluster is full of, roughly as often as it is found: configuration, secrets, accounts, roles, workloads. */
const KINDS: readonly (Kind & { share: number; body: (i: number) => object })[] = [
  {
    share: 40,
    group: '',
    name: 'configmaps',
    kind: 'ConfigMap',
    body: i => ({ data: { a: text(1400, i), b: text(300, i + 1) } }),
  },
  {
    share: 20,
    group: '',
    name: 'secrets',
    kind: 'Secret',
    body: i => ({ data: { token: Buffer.from(text(600, i)).toString('base64') } }),
  },
  { share: 10, ...SERVICE_ACCOUNT, body: () => ({}) },
  {
    share: 10,
    group: 'rbac.authorization.k8s.io',
    name: 'roles',
    kind: 'Role',
    body: () => ({ rules: [{ apiGroups: [''], resources: ['pods', 'services'], verbs: ['get', 'list', 'watch'] }] }),
  },
  {
    share: 10,
    group: 'apps',
    name: 'deployments',
    kind: 'Deployment',
    body: i => ({
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: `a-${i}` } },
        template: { metadata: { labels: { app: `a-${i}` } }, spec: podSpec(i) },
      },
    }),
  },
  { share: 10, group: '', name: 'pods', kind: 'Pod', body: i => ({ spec: podSpec(i) }) },
]

/**
 * Makes objects until the cluster that the environment names has `count` of ours. `from`: those that are there. `applied`:
 * whether an object comes by server-side apply, as from kubectl or GitOps; the others come by POST.
 */
export async function populate(
  kubeconfig: string,
  from: number,
  count: number,
  applied: (i: number) => boolean = () => false,
): Promise<void> {
  const { transport } = await connect({ kubeconfig, maxConcurrency: 48 })
  for (const name of NAMESPACES) {
    await create(transport, NAMESPACE, undefined, { metadata: { name } })
    // Without controllers nobody else makes it, and pods are refused without it.
    await create(transport, SERVICE_ACCOUNT, name, { metadata: { name: 'default' } })
  }
  const slots = KINDS.flatMap((kind, index) => Array.from({ length: kind.share / 10 }, () => index))
  let next = from
  const worker = async () => {
    for (let i = next++; i < count; i = next++) {
      const kind = KINDS[slots[i % slots.length] as number] as (typeof KINDS)[number]
      const metadata = { name: `item-${i}`, labels: { app: `a-${i % 50}`, tier: 'bench' } }
      const make = applied(i) ? apply : create
      await make(transport, kind, NAMESPACES[i % NAMESPACES.length], { metadata, ...kind.body(i) })
    }
  }
  await Promise.all(Array.from({ length: 48 }, worker))
  await transport.close()
}

type Named = { metadata: { name: string } }

async function create(transport: Transport, kind: Kind, namespace: string | undefined, object: Named): Promise<void> {
  try {
    await createObject(transport, { ...kind, version: 'v1' }, namespace, JSON.stringify(object))
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 409)) throw error
  }
}

async function apply(transport: Transport, kind: Kind, namespace: string | undefined, object: Named): Promise<void> {
  const path = resourcePath({ ...kind, version: 'v1' }, namespace, object.metadata.name)
  const apiVersion = kind.group === '' ? 'v1' : `${kind.group}/v1`
  await exchange(transport, {
    method: 'PATCH',
    path: `${path}?fieldManager=gitops`,
    contentType: 'application/apply-patch+yaml',
    body: JSON.stringify({ apiVersion, kind: kind.kind, ...object }),
  })
}
