import { connect } from '../lib/cluster/connect.ts'
import { createObject } from '../lib/cluster/objects.ts'
import { ApiError } from '../lib/cluster/types.ts'

/** Namespaces that the objects are spread over. */
const NAMESPACES = 20

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

/** What a cluster is full of, roughly as often as it is found: configuration, secrets, accounts, roles, workloads. */
const KINDS: readonly { share: number; group: string; name: string; body: (i: number) => object }[] = [
  { share: 40, group: '', name: 'configmaps', body: i => ({ data: { a: text(1400, i), b: text(300, i + 1) } }) },
  {
    share: 20,
    group: '',
    name: 'secrets',
    body: i => ({ data: { token: Buffer.from(text(600, i)).toString('base64') } }),
  },
  { share: 10, group: '', name: 'serviceaccounts', body: () => ({}) },
  {
    share: 10,
    group: 'rbac.authorization.k8s.io',
    name: 'roles',
    body: () => ({ rules: [{ apiGroups: [''], resources: ['pods', 'services'], verbs: ['get', 'list', 'watch'] }] }),
  },
  {
    share: 10,
    group: 'apps',
    name: 'deployments',
    body: i => ({
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: `a-${i}` } },
        template: { metadata: { labels: { app: `a-${i}` } }, spec: podSpec(i) },
      },
    }),
  },
  { share: 10, group: '', name: 'pods', body: i => ({ spec: podSpec(i) }) },
]

/** Makes objects until the cluster that the environment names has `count` of ours. `from`: those that are there. */
export async function populate(kubeconfig: string, from: number, count: number): Promise<void> {
  const { transport } = await connect({ kubeconfig, maxConcurrency: 48 })
  const resource = (group: string, name: string) => ({ group, version: 'v1', name })
  const create = async (kind: ReturnType<typeof resource>, namespace: string | undefined, object: object) => {
    try {
      await createObject(transport, kind, namespace, JSON.stringify(object))
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 409)) throw error
    }
  }
  for (let i = 0; i < NAMESPACES; i++) {
    await create(resource('', 'namespaces'), undefined, { metadata: { name: `bench-${i}` } })
    // Without controllers nobody else makes it, and pods are refused without it.
    await create(resource('', 'serviceaccounts'), `bench-${i}`, { metadata: { name: 'default' } })
  }
  const slots = KINDS.flatMap((kind, index) => Array.from({ length: kind.share / 10 }, () => index))
  let next = from
  const worker = async () => {
    for (let i = next++; i < count; i = next++) {
      const kind = KINDS[slots[i % slots.length] as number] as (typeof KINDS)[number]
      const metadata = { name: `item-${i}`, labels: { app: `a-${i % 50}`, tier: 'bench' } }
      await create(resource(kind.group, kind.name), `bench-${i % NAMESPACES}`, { metadata, ...kind.body(i) })
    }
  }
  await Promise.all(Array.from({ length: 48 }, worker))
  await transport.close()
}
