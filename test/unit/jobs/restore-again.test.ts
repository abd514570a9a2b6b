import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ask, change, create } from '../../helpers/ask.ts'
import { dump } from '../../helpers/dump.ts'
import { Process } from '../../helpers/process.ts'
import { hull, hullDefinition, KINDS, serviceAccount } from '../../helpers/restorable.ts'
import { listed, type RestoreFiles, readRestoreFiles } from '../../helpers/restores.ts'
import { configMap, manifest, namespace, openWorld, restoreOf, type Seed, type World } from '../../helpers/world.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world[Symbol.asyncDispose]())

const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'nginx:1' }] } }

const SHOP: Seed[] = [
  namespace('shop'),
  hullDefinition,
  hull('shop/main'),
  configMap('shop/a', { a: '1' }),
  { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'key', namespace: 'shop' }, data: { k: 'eA==' } },
  serviceAccount('shop/robot', { imagePullSecrets: [{ name: 'registry' }] }),
  {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: 'disk' },
    spec: {
      capacity: { storage: '1Gi' },
      accessModes: ['ReadWriteOnce'],
      persistentVolumeReclaimPolicy: 'Retain',
      hostPath: { path: '/x' },
      claimRef: { namespace: 'shop', name: 'data' },
    },
  },
  {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'data', namespace: 'shop' },
    spec: { volumeName: 'disk', accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'shop' },
    spec: { type: 'NodePort', selector: { app: 'web' }, ports: [{ port: 80 }] },
  },
  { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'lone', namespace: 'shop' }, spec: template.spec },
  {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'hooked',
      namespace: 'shop',
      annotations: { 'init.hook.restore.velero.io/container-image': 'busybox:1' },
    },
    spec: {
      ...template.spec,
      automountServiceAccountToken: false,
      initContainers: [{ name: 'own', image: 'busybox:1' }],
    },
  },
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop' },
    spec: { replicas: 2, selector: { matchLabels: { app: 'web' } }, template },
  },
]

/** Backs up what there is, and lets time pass. */
async function backup(): Promise<void> {
  await world.backup(manifest('b', { includeClusterResources: true }))
  world.clock.advance(60_000)
}

async function restore(name = 'r'): Promise<RestoreFiles & { calls: string[] }> {
  const process = new Process()
  await world.restore(restoreOf(name), {}, { wrap: process.wrap })
  return { ...(await readRestoreFiles(world.store, name)), calls: process.calls.cluster }
}

/** Requests that change something. */
const changes = (calls: readonly string[]) => calls.filter(call => /^(PUT|PATCH|DELETE) /.test(call))

describe('a restore over what is still there', () => {
  it('changes nothing, and has nothing to warn of', async () => {
    await create(world, ...SHOP)
    await backup()
    const before = await dump(world, [...KINDS, 'apps/v1/deployments'])
    const { record, results, calls, list } = await restore()
    expect(results).toEqual({ errors: {}, warnings: {} })
    expect(record.status?.phase).toBe('Completed')
    expect(changes(calls)).toEqual([])
    expect(
      new Set(
        Object.values(list)
          .flat()
          .map(line => line.slice(line.lastIndexOf('('))),
      ),
    ).toEqual(new Set(['(skipped)']))
    expect(await dump(world, [...KINDS, 'apps/v1/deployments'])).toEqual(before)
  })

  it('changes nothing either where an earlier restore has just brought all of it back', async () => {
    await create(world, ...SHOP)
    await backup()
    await ask(world, '/api/v1/namespaces/shop', { method: 'DELETE' })
    await ask(world, '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/hulls.lateen.test', { method: 'DELETE' })
    await world.cluster.settled()
    await ask(world, '/api/v1/persistentvolumes/disk', { method: 'DELETE' })
    await world.cluster.settled()
    const first = await restore()
    expect(first.results).toEqual({ errors: {}, warnings: {} })
    expect(first.list['v1/Namespace']).toEqual(['shop(created)'])
    const second = await restore('again')
    expect(second.results).toEqual({ errors: {}, warnings: {} })
    expect(changes(second.calls)).toEqual([])
    expect(listed(second).filter(line => !line.endsWith('(skipped)'))).toEqual([])
  })
})

describe('what every cluster has of its own', () => {
  it('differs without a word', async () => {
    await create(world, namespace('shop'))
    await backup()
    await change(world, '/api/v1/namespaces/shop/configmaps/kube-root-ca.crt', {
      data: { 'ca.crt': 'of this cluster' },
    })
    const role = '/apis/rbac.authorization.k8s.io/v1/clusterroles/cluster-admin'
    await change(world, role, {
      metadata: { annotations: { 'rbac.authorization.kubernetes.io/autoupdate': 'true' } },
      rules: [],
    })
    const { results, calls } = await restore()
    expect(results).toEqual({ errors: {}, warnings: {} })
    expect(changes(calls)).toEqual([])
  })
})
