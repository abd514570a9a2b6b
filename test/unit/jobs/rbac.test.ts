import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { connect } from '../../../lib/cluster/connect.ts'
import type { RbacPlan } from '../../../lib/jobs/rbac/types.ts'
import { planRbac } from '../../../lib/jobs/rbac.ts'
import { RECREATE_ANNOTATION } from '../../../lib/velero/annotations.ts'
import type { Backup, BackupSpec } from '../../../lib/velero/types.ts'
import type { Restore, RestoreSpec } from '../../../lib/velero/types-restore.ts'
import { readBackupFiles } from '../../helpers/backups.ts'
import { Granted } from '../../helpers/granted.ts'
import { podWithVolume, priorityClass } from '../../helpers/many-objects.ts'
import { readRestoreFiles } from '../../helpers/restores.ts'
import { storeBackup } from '../../helpers/stored-backup.ts'
import {
  configMap,
  manifest,
  namespace,
  openWorld,
  restoreOf,
  type Seed,
  sailDefinition,
  type World,
} from '../../helpers/world.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const rbac = 'rbac.authorization.k8s.io'
const secret = (place: string): Seed => ({ ...configMap(place), kind: 'Secret' })
const account: Seed = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'robot', namespace: 'shop' } }
const clusterRole: Seed = { apiVersion: `${rbac}/v1`, kind: 'ClusterRole', metadata: { name: 'robots' }, rules: [] }
const binding: Seed = {
  apiVersion: `${rbac}/v1`,
  kind: 'ClusterRoleBinding',
  metadata: { name: 'robots-do' },
  roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: 'robots' },
  subjects: [{ kind: 'ServiceAccount', name: 'robot', namespace: 'shop' }],
}
const sail: Seed = { apiVersion: 'lateen.test/v1', kind: 'Sail', metadata: { name: 'main', namespace: 'shop' } }
const OBJECTS: Seed[] = [
  ...['shop', 'data', 'dark', 'velero'].map(name => namespace(name)),
  configMap('shop/a'),
  secret('shop/key'),
  secret('dark/key'),
  ...podWithVolume('data', 'db-0'),
  priorityClass,
  account,
  clusterRole,
  binding,
]

let world: World
let granted: Granted | undefined
const open = async (objects: readonly Seed[], store?: World['store']) => {
  const opened = await openWorld({
    authorise: (verb, resource, place) => granted?.authorise(verb, resource, place) ?? false,
    ...(store && { store }),
  })
  opened.cluster.seed(objects.filter(({ apiVersion }) => apiVersion !== 'lateen.test/v1'))
  opened.cluster.seed(objects.filter(({ apiVersion }) => apiVersion === 'lateen.test/v1'))
  return opened
}
beforeEach(async () => {
  granted = undefined
  world = await open([...OBJECTS, sailDefinition, sail])
})
afterEach(() => world[Symbol.asyncDispose]())

/** Planned by an administrator. */
async function plan(request: Backup | Restore, reached: () => void = () => {}): Promise<RbacPlan> {
  return planRbac(
    request,
    {
      cluster: async () => {
        reached()
        return { kubeconfigText: world.cluster.kubeconfig }
      },
      location: async () => ({ name: 'default', spec: { provider: 'file', objectStorage: { bucket: '/x' } } }),
    },
    {
      connect: settings => connect(settings),
      openStore: async () => Object.assign(Object.create(world.store), { close: async () => {} }),
    },
  )
}

const backupOf = (spec: BackupSpec) => manifest('b', spec)

/** Makes the backup as one who has the planned rights only. */
async function backup(spec: BackupSpec): Promise<RbacPlan> {
  const planned = await plan(backupOf(spec))
  granted = new Granted(planned)
  const { backup } = await world.backup(backupOf(spec), {}, { limited: true })
  const { results } = await readBackupFiles(world.store, 'b')
  expect({ phase: backup.status?.phase, results }).toMatchObject({ phase: 'Completed', results: { errors: {} } })
  return planned
}

const FILTERS: [string, BackupSpec][] = [
  ['everything', {}],
  ['everything with all that is cluster-scoped', { includeClusterResources: true }],
  ['two namespaces', { includedNamespaces: ['shop', 'data'] }],
  ['a namespace without what is cluster-scoped', { includedNamespaces: ['shop'], includeClusterResources: false }],
  ['two namespaces without Secrets', { includedNamespaces: ['shop', 'data'], excludedResources: ['secrets'] }],
  ['some kinds in all namespaces', { includedResources: ['pods', 'persistentvolumeclaims', 'sails.lateen.test'] }],
  ['kinds by scope', { includedNamespaceScopedResources: ['cm'], includedClusterScopedResources: ['priorityclasses'] }],
  ['what has a label, and what that needs', { labelSelector: { matchLabels: { app: 'db-0' } } }],
  ['namespaces by a pattern', { includedNamespaces: ['da*'] }],
  ['objects in an order', { includedNamespaces: ['data'], orderedResources: { pods: 'data/db-0' } }],
  ['a namespace and every cluster-scoped kind', { includedNamespaces: ['shop'], includeClusterResources: true }],
]

describe('the rights for a backup', () => {
  it.each(FILTERS)('of %s are enough: nothing is refused', async (_, spec) => {
    await backup(spec)
    expect(granted?.refused).toEqual([])
  })

  it('of some kinds in a namespace are all used', async () => {
    await backup({ includedNamespaces: ['data'], includedResources: ['pods', 'pvc', 'pv', 'priorityclasses'] })
    // Got where a list does not tell: by orderedResources, and with selectors.
    expect(granted?.unused.filter(right => !right.startsWith('get '))).toEqual([])
  })

  it('read, and do nothing else', async () => {
    for (const [, spec] of FILTERS) {
      const { cluster, namespaces, powers } = await plan(backupOf(spec))
      const verbs = [cluster, ...namespaces.map(({ rules }) => rules)].flat().flatMap(rule => rule.verbs)
      expect(verbs.filter(verb => verb !== 'get' && verb !== 'list')).toEqual([])
      expect(powers).toContain('It creates, changes and deletes nothing.')
    }
  })

  it('never get every kind, which would be to get pods/exec and nodes/proxy too', async () => {
    for (const [, spec] of FILTERS) {
      const { cluster, namespaces } = await plan(backupOf(spec))
      const rules = [cluster, ...namespaces.map(each => each.rules)].flat()
      expect(rules.filter(rule => rule.resources.includes('*')).flatMap(rule => rule.verbs)).not.toContain('get')
    }
  })

  it('end at the namespaces that are named', async () => {
    const { cluster, namespaces } = await backup({ includedNamespaces: ['shop', 'data'] })
    expect(namespaces.map(({ name }) => name)).toEqual(['data', 'shop'])
    expect(cluster.flatMap(({ resources }) => resources)).not.toContain('*')
    expect(granted?.authorise('list', 'secrets', 'dark')).toBe(false)
    expect(granted?.authorise('list', 'secrets', '')).toBe(false)
  })

  it('end at the kinds that are left, and say that no Secrets are read', async () => {
    const { powers } = await backup({ includedNamespaces: ['shop'], excludedResources: ['secrets'] })
    expect(granted?.authorise('list', 'secrets', 'shop')).toBe(false)
    expect(powers).toContain('It reads no Secrets.')
  })

  it('say where Secrets are read', async () => {
    expect((await plan(backupOf({}))).powers.join()).toContain('READS SECRETS in all namespaces')
    const { powers } = await plan(backupOf({ includedNamespaces: ['shop'] }))
    expect(powers.join()).toContain('READS SECRETS in shop')
  })

  it('read definitions only of the custom kinds that are stored', async () => {
    const { cluster } = await plan(backupOf({ includedNamespaces: ['shop'], excludedResources: ['secrets'] }))
    expect(cluster.find(({ resources }) => resources.includes('customresourcedefinitions'))).toMatchObject({
      resourceNames: ['sails.lateen.test'],
      verbs: ['get'],
    })
  })

  it.each([
    ['everything', {}, false],
    ['namespaces by name', { includedNamespaces: ['a', 'b'] }, false],
    ['all but a namespace', { excludedNamespaces: ['a'] }, false],
    ['kinds', { includedResources: ['pods'] }, true],
    ['all but a kind', { excludedResources: ['pods'] }, true],
    ['namespaces by a pattern', { includedNamespaces: ['s*'] }, true],
  ] as [string, BackupSpec, boolean][])('of %s ask a cluster: %s', async (_, spec, asks) => {
    let reached = false
    await plan(backupOf(spec), () => {
      reached = true
    })
    expect(reached).toBe(asks)
  })

  it('are for what a pattern stands for now, and the notes say so', async () => {
    const { namespaces, notes } = await plan(backupOf({ includedNamespaces: ['da*'], excludedNamespaces: ['dark'] }))
    expect(namespaces.map(({ name }) => name)).toEqual(['data'])
    expect(notes.join()).toContain('da* stood for data')
  })

  it('hold in namespaces that are left out of all, and the notes say so', async () => {
    const { namespaces, notes } = await plan(backupOf({ excludedNamespaces: ['dark'] }))
    expect(namespaces).toEqual([])
    expect(notes.join()).toContain('left out (dark)')
  })

  it('are not given for names that nothing answers to', async () => {
    await expect(plan(backupOf({ includedResources: ['pods', 'sales'] }))).rejects.toThrow('no resource "sales"')
    const spec = { includedNamespaces: ['sohp'], includedResources: ['pods'] }
    await expect(plan(backupOf(spec))).rejects.toThrow('no namespace "sohp"')
  })
})

/** A namespace as a cluster completes it. */
const live = (name: string): Seed[] => [
  namespace(name),
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: name } },
]

/** Restores as one who has the planned rights only; `there`: what the target has before. */
async function restore(
  spec: RestoreSpec,
  { there = [], metadata = {}, from = true }: { there?: readonly Seed[]; metadata?: object; from?: boolean } = {},
): Promise<RbacPlan> {
  await storeBackup(world.store, 'b', [...OBJECTS, sailDefinition, sail])
  const { store } = world
  await world[Symbol.asyncDispose]()
  world = await open(there, store)
  const request = restoreOf('r', spec, metadata)
  const { backupName: _, ...filters } = request.spec
  const planned = await plan(from ? request : { ...request, spec: filters })
  const missing = planned.namespaces.filter(each => each.missing).flatMap(({ name }) => live(name))
  world.cluster.seed(missing)
  granted = new Granted(planned)
  const { restore } = await world.restore(request, {}, { limited: true })
  const { results } = await readRestoreFiles(world.store, 'r')
  expect(results.errors).toEqual({})
  expect({ phase: restore.status?.phase, results }).toMatchObject({ phase: 'Completed', results: { errors: {} } })
  return planned
}

/** The namespace of Velero's ConfigMaps, and a definition that no restore of a namespace brings along. */
const velero: Seed[] = [namespace('velero'), sailDefinition]

describe('the rights for a restore', () => {
  it.each([
    ['everything', {}, {}],
    ['everything, without the name of the backup', {}, { from: false }],
    ['a namespace that is not there', { includedNamespaces: ['shop'] }, {}],
    ['a namespace that is there', { includedNamespaces: ['data'] }, { there: [...velero, ...live('data')] }],
    ['a namespace under another name', { includedNamespaces: ['shop'], namespaceMapping: { shop: 'shop-2' } }, {}],
    ['some kinds', { includedResources: ['configmaps', 'pods', 'persistentvolumeclaims', 'priorityclasses'] }, {}],
    ['a namespace and what is cluster-scoped', { includedNamespaces: ['shop'], includeClusterResources: true }, {}],
    [
      'status',
      { includedNamespaces: ['data'], restoreStatus: { includedResources: ['pods'] } },
      { there: [...velero, ...live('data')] },
    ],
    ['status, without the name of the backup', { restoreStatus: { includedResources: ['pods'] } }, { from: false }],
    ['all status', { restoreStatus: { includedResources: ['*'] } }, { from: false }],
    [
      'what changed',
      { includedNamespaces: ['shop'], existingResourcePolicy: 'update' },
      { there: [...velero, ...live('shop'), configMap('shop/a', { other: 'x' })] },
    ],
    [
      'what is deleted first',
      { includedNamespaces: ['shop'], existingResourcePolicy: 'recreate' },
      {
        there: [...velero, ...live('shop'), configMap('shop/a', { other: 'x' })],
        metadata: { annotations: { [RECREATE_ANNOTATION]: 'configmaps' } },
      },
    ],
  ] as [string, RestoreSpec, object][])('of %s are enough: nothing is refused', async (_, spec, options) => {
    await restore(spec, { there: velero, ...options })
    expect(granted?.refused).toEqual([])
  })

  it("refuse one request where the cluster has no namespace for Velero's ConfigMaps, and it does no harm", async () => {
    await restore({ includedNamespaces: ['shop'] }, { there: [sailDefinition] })
    expect(granted?.refused).toEqual(['list configmaps in velero'])
  })

  it('delete nothing but the kinds that are named for it', async () => {
    const { namespaces, powers } = await restore(
      { includedNamespaces: ['shop'], existingResourcePolicy: 'recreate' },
      {
        there: [...velero, ...live('shop'), configMap('shop/a', { other: 'x' })],
        metadata: { annotations: { [RECREATE_ANNOTATION]: 'configmaps' } },
      },
    )
    const shop = namespaces.find(({ name }) => name === 'shop')
    expect(shop?.rules.filter(({ verbs }) => verbs.includes('delete')).flatMap(({ resources }) => resources)).toEqual([
      'configmaps',
    ])
    expect(powers).toContain('It deletes configmaps.')
  })

  it('let roles be given out only where roles or bindings are restored', async () => {
    const { cluster, namespaces } = await restore(
      { includedNamespaces: ['shop'], includedResources: ['configmaps', 'secrets'] },
      { there: velero },
    )
    const verbs = [cluster, ...namespaces.map(({ rules }) => rules)].flat().flatMap(rule => rule.verbs)
    expect(verbs).not.toContain('escalate')
    expect(verbs).not.toContain('bind')
    expect(
      (await plan(restoreOf('r', { includedResources: ['roles', 'rolebindings'], backupName: '' }))).cluster,
    ).toEqual(
      expect.arrayContaining([
        { apiGroups: [rbac], resources: ['clusterroles'], verbs: ['bind'] },
        { apiGroups: [rbac], resources: ['roles'], verbs: ['get', 'create', 'patch', 'bind', 'escalate'] },
      ]),
    )
  })

  it('are for the kinds of the backup alone, also those that it defines', async () => {
    const { cluster } = await restore({}, { there: velero })
    const kinds = cluster.flatMap(({ resources }) => resources)
    expect(kinds).toContain('sails')
    expect(kinds).not.toContain('deployments')
    expect(kinds).not.toContain('*')
  })

  it('say what they come to', async () => {
    const worth = async (spec: RestoreSpec) =>
      (await plan(restoreOf('r', { ...spec, backupName: '' }))).powers.join(' ')
    expect(await worth({})).toContain('AS MUCH AS CLUSTER-ADMIN')
    expect(await worth({ includedNamespaces: ['shop'] })).toContain('In shop it is as much as an administrator')
    expect(await worth({ includedResources: ['configmaps'] })).toContain('not as much as cluster-admin')
    expect(await worth({ includedResources: ['secrets'] })).toContain('tokens of any service account')
    expect(await worth({ includedResources: ['clusterroles'], includeClusterResources: true })).toContain(
      'CLUSTER-ADMIN',
    )
    expect(await worth({ includedResources: ['pods'] })).toContain('may not read Secrets itself, but')
  })

  it('are not given for a namespace that the backup lacks', async () => {
    await storeBackup(world.store, 'b', OBJECTS)
    await expect(plan(restoreOf('r', { includedNamespaces: ['sohp'] }))).rejects.toThrow('has no namespace "sohp"')
  })

  it('are not given for a backup that does not exist', async () => {
    await expect(plan(restoreOf('r'))).rejects.toThrow('"b" not found')
  })
})
