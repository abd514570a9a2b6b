import { setTimeout } from 'node:timers/promises'
import { connect } from '../lib/cluster/connect.ts'
import { exchange } from '../lib/cluster/http/read.ts'
import { createObject, resourcePath } from '../lib/cluster/objects.ts'
import { ApiError, type Transport } from '../lib/cluster/types.ts'
import { Shape, type ShapeObject } from './shape/shape.ts'

/** Namespaces of the flat set. */
const NAMESPACES = Array.from({ length: 20 }, (_, i) => `bench-${i}`)

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
const DEFINITION: Kind = {
  group: 'apiextensions.k8s.io',
  name: 'customresourcedefinitions',
  kind: 'CustomResourceDefinition',
}
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

/** What a cluster is filled with. */
export interface Fill {
  /** `flat`: a few kinds in namespaces of one size, as all earlier figures were measured with; `real`: see Shape. */
  set: string
  items: number
  /** Those that are there already; of the flat set only. */
  from?: number
  /** Whether an object of the flat set comes by server-side apply, as from GitOps; the others come by POST. */
  applied?: (i: number) => boolean
  /** With a namespace of large Secrets; of the real set only. */
  large?: boolean
}

const AT_ONCE = 48

/** Makes objects until the cluster has as many. Answers their namespaces. */
export async function populate(kubeconfig: string, fill: Fill): Promise<readonly string[]> {
  const { transport } = await connect({ kubeconfig, maxConcurrency: AT_ONCE })
  try {
    if (fill.set === 'flat') return await populateFlat(transport, fill)
    if (fill.set === 'real')
      return await populateShape(transport, new Shape(fill.items, { large: fill.large === true }))
    throw new Error(`no set ${fill.set}: flat, real`)
  } finally {
    await transport.close()
  }
}

async function populateFlat(transport: Transport, { items, from = 0, applied }: Fill): Promise<readonly string[]> {
  for (const name of NAMESPACES) await createNamespace(transport, { metadata: { name } })
  const slots = KINDS.flatMap((kind, index) => Array.from({ length: kind.share / 10 }, () => index))
  await atOnce(from, items, async i => {
    const kind = KINDS[slots[i % slots.length] as number] as (typeof KINDS)[number]
    const metadata = { name: `item-${i}`, labels: { app: `a-${i % 50}`, tier: 'bench' } }
    const make = applied?.(i) ? apply : create
    await make(transport, kind, NAMESPACES[i % NAMESPACES.length], { metadata, ...kind.body(i) })
  })
  return NAMESPACES
}

async function populateShape(transport: Transport, shape: Shape): Promise<readonly string[]> {
  for (const object of shape.clusterObjects()) {
    if (object.kind === 'Namespace') await createNamespace(transport, object)
    else await create(transport, DEFINITION, undefined, object)
  }
  for (const each of shape.kinds) {
    const kind = { ...each.kind, name: each.kind.resource }
    if (each.count > 0) await served(transport, kind)
    await atOnce(0, each.count, async i => {
      const object = each.object(i)
      await (each.applied(i) ? apply : create)(transport, kind, object.metadata.namespace, object)
    })
  }
  return shape.namespaces
}

async function atOnce(from: number, to: number, work: (i: number) => Promise<void>): Promise<void> {
  let next = from
  const worker = async () => {
    for (let i = next++; i < to; i = next++) await work(i)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
}

async function createNamespace(transport: Transport, object: Named): Promise<void> {
  await create(transport, NAMESPACE, undefined, object)
  // Without controllers nobody else makes it, and pods are refused without it.
  await create(transport, SERVICE_ACCOUNT, object.metadata.name, { metadata: { name: 'default' } })
}

/** A custom kind is there some moments after its definition. */
async function served(transport: Transport, kind: Kind): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await exchange(transport, { method: 'GET', path: `${resourcePath({ ...kind, version: 'v1' })}?limit=1` })
      return
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 404) || tries === 100) throw error
      await setTimeout(100)
    }
  }
}

type Named = Pick<ShapeObject, 'metadata'>

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
