import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { RestoreSpec } from '../../../lib/velero/types-restore.ts'
import { ask } from '../../helpers/ask.ts'
import { messages } from '../../helpers/backups.ts'
import { podWithVolume, priorityClass } from '../../helpers/many-objects.ts'
import { hull, hullDefinition } from '../../helpers/restorable.ts'
import { type RestoreFiles, readRestoreFiles } from '../../helpers/restores.ts'
import { storeBackup } from '../../helpers/stored-backup.ts'
import { configMap, manifest, namespace, openWorld, restoreOf, type Seed, type World } from '../../helpers/world.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const labelled = (place: string, labels: Record<string, string>) => configMap(place, {}, { labels })
const rbac = 'rbac.authorization.k8s.io'
const OBJECTS: Seed[] = [
  ...['shop', 'data', 'dark'].map(name => namespace(name, { [name]: 'yes' })),
  labelled('shop/red', { color: 'red' }),
  labelled('shop/blue', { color: 'blue' }),
  labelled('data/round', { shape: 'round' }),
  configMap('dark/a'),
  { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'key', namespace: 'shop' }, data: {} },
  hullDefinition,
  hull('shop/main'),
  { apiVersion: `${rbac}/v1`, kind: 'ClusterRole', metadata: { name: 'robots' }, rules: [] },
  ...podWithVolume('data', 'db-0'),
  ...podWithVolume('data', 'db-1'),
  priorityClass,
]

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world[Symbol.asyncDispose]())

/** From an archive without an index, and from one with, which must not make any difference. */
async function restore(spec: RestoreSpec, objects: readonly Seed[] = OBJECTS): Promise<RestoreFiles> {
  await storeBackup(world.store, 'b', objects)
  await world.restore(restoreOf('r', spec))
  const files = await readRestoreFiles(world.store, 'r')
  const own = await openWorld()
  try {
    own.cluster.seed(objects.filter(({ apiVersion }) => apiVersion !== 'lateen.test/v1'))
    own.cluster.seed(objects.filter(({ apiVersion }) => apiVersion === 'lateen.test/v1'))
    const kinds = [...new Set(objects.map(({ kind }) => kind))]
    await own.backup(manifest('b', { includedResources: kinds, includeClusterResources: true }))
    const target = await openWorld({ store: own.store })
    try {
      await target.restore(restoreOf('r', spec))
      const indexed = await readRestoreFiles(own.store, 'r')
      expect(kept(indexed)).toEqual(kept(files))
      expect(indexed.results).toEqual(files.results)
    } finally {
      await target[Symbol.asyncDispose]()
    }
  } finally {
    await own[Symbol.asyncDispose]()
  }
  return files
}

/** But for what the cluster of the second backup had of itself. */
const kept = ({ list }: RestoreFiles) =>
  Object.values(list)
    .flat()
    .filter(line => OBJECTS.some(({ metadata }) => line.includes(`${metadata.name}(`)))
    .sort()

const names = ({ list }: RestoreFiles, kind: string) => (list[kind] ?? []).map(line => line.replace('(created)', ''))
const maps = (files: RestoreFiles) => names(files, 'v1/ConfigMap')
const CLUSTER_SCOPED = ['v1/PersistentVolume', `${rbac}/v1/ClusterRole`, 'scheduling.k8s.io/v1/PriorityClass']

describe('namespaces', () => {
  it('are those that are included and not excluded, by name or glob', async () => {
    expect(maps(await restore({ includedNamespaces: ['sh*', 'data'], excludedNamespaces: ['d*'] }))).toEqual([
      'shop/blue',
      'shop/red',
    ])
    expect(await ask(world, '/api/v1/namespaces/data')).toBeUndefined()
    // With the labels of the backup's own, though Namespace objects were not asked for.
    expect(await ask(world, '/api/v1/namespaces/shop')).toMatchObject({ metadata: { labels: { shop: 'yes' } } })
  })

  it('are all but the excluded ones where none is named', async () => {
    const files = await restore({ excludedNamespaces: ['dark', 'shop'] })
    expect(maps(files)).toEqual(['data/round'])
    expect(names(files, 'v1/Namespace')).toEqual(['data'])
  })

  it('get other names, and so does what points to them', async () => {
    const binding: Seed = {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name: 'robots-do' },
      roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: 'robots' },
      subjects: [{ kind: 'ServiceAccount', name: 'robot', namespace: 'data' }],
    }
    const files = await restore({ namespaceMapping: { data: 'copy' } }, [...OBJECTS, binding])
    expect(maps(files)).toEqual(['copy/round', 'dark/a', 'shop/blue', 'shop/red'])
    expect(names(files, 'v1/Namespace')).toEqual(['copy', 'dark', 'shop'])
    expect(await ask(world, '/api/v1/namespaces/copy')).toMatchObject({ metadata: { labels: { data: 'yes' } } })
    expect(await ask(world, '/api/v1/namespaces/data')).toBeUndefined()
    expect(await ask(world, `/apis/${rbac}/v1/clusterrolebindings/robots-do`)).toMatchObject({
      subjects: [{ kind: 'ServiceAccount', name: 'robot', namespace: 'copy' }],
    })
    expect(await ask(world, '/api/v1/persistentvolumes/pv-db-0')).toMatchObject({
      spec: { claimRef: { namespace: 'copy', name: 'data-db-0' } },
    })
  })
})

describe('kinds', () => {
  it('are those that are included, as people name them, also where only the backup knows them', async () => {
    const files = await restore({ includedResources: ['cm', 'hulls', 'crd'], includedNamespaces: ['shop'] })
    expect(Object.keys(files.list)).toEqual(['lateen.test/v1/Hull', 'v1/ConfigMap', 'v1/Namespace'])
    // Its definition is scoped to the cluster.
    expect(files.list['lateen.test/v1/Hull']).toEqual(['shop/main(failed)'])
    expect(messages(files.results, 'errors')).toEqual([expect.stringContaining('does not serve hulls.lateen.test')])
  })

  it('are all but the excluded ones', async () => {
    const files = await restore({ excludedResources: ['secrets', 'pods', 'persistentvolumes', 'pvc'] })
    for (const kind of ['v1/Secret', 'v1/Pod', 'v1/PersistentVolume', 'v1/PersistentVolumeClaim'])
      expect(files.list[kind]).toBeUndefined()
    expect(maps(files)).toHaveLength(4)
  })

  it('that are scoped to the cluster come along with all namespaces, and not with some', async () => {
    const all = await restore({})
    for (const kind of CLUSTER_SCOPED) expect(all.list[kind]).toBeDefined()
  })

  it('that are scoped to the cluster stay out where some namespaces are named, but for what others need', async () => {
    const files = await restore({ includedNamespaces: ['shop', 'data'], excludedResources: ['hulls.lateen.test'] })
    expect(names(files, `${rbac}/v1/ClusterRole`)).toEqual([])
    expect(names(files, 'v1/PersistentVolume')).toEqual(['pv-db-0', 'pv-db-1'])
    expect(names(files, 'scheduling.k8s.io/v1/PriorityClass')).toEqual(['urgent'])
  })

  it('that are scoped to the cluster come with some namespaces where that is asked for', async () => {
    const files = await restore({ includedNamespaces: ['shop'], includeClusterResources: true })
    for (const kind of CLUSTER_SCOPED) expect(files.list[kind]).toBeDefined()
    // Velero makes the others, too.
    expect(names(files, 'v1/Namespace')).toEqual(['shop'])
    expect(names(files, 'lateen.test/v1/Hull')).toEqual(['shop/main'])
  })

  it('that are scoped to the cluster stay out altogether where they are not wanted', async () => {
    const files = await restore({ includeClusterResources: false, excludedResources: ['hulls.lateen.test', 'pods'] })
    for (const kind of [...CLUSTER_SCOPED, 'apiextensions.k8s.io/v1/CustomResourceDefinition'])
      expect(files.list[kind]).toBeUndefined()
    expect(maps(files)).toHaveLength(4)
    // Made for what is in them.
    expect(names(files, 'v1/Namespace')).toEqual(['dark', 'data', 'shop'])
  })
})

describe('selectors', () => {
  it('leave what they match, with the namespaces that it needs', async () => {
    const files = await restore({ labelSelector: { matchLabels: { color: 'red' } } })
    expect(files.list).toEqual({ 'v1/ConfigMap': ['shop/red(created)'], 'v1/Namespace': ['shop(created)'] })
    expect(await ask(world, '/api/v1/namespaces/shop')).toMatchObject({ metadata: { labels: { shop: 'yes' } } })
  })

  it('of which one is enough', async () => {
    const orLabelSelectors = [
      { matchLabels: { color: 'blue' } },
      { matchExpressions: [{ key: 'shape', operator: 'Exists' as const }] },
    ]
    expect(maps(await restore({ orLabelSelectors }))).toEqual(['data/round', 'shop/blue'])
  })

  it('bring along what a pod needs: its claim, that one’s volume, its priority class', async () => {
    const pods = OBJECTS.map(object =>
      object.kind === 'Pod' ? object : { ...object, metadata: { ...object.metadata, labels: {} } },
    )
    const files = await restore({ labelSelector: { matchLabels: { app: 'db-1' } } }, pods)
    expect(files.list).toEqual({
      'scheduling.k8s.io/v1/PriorityClass': ['urgent(created)'],
      'v1/Namespace': ['data(created)'],
      'v1/PersistentVolume': ['pv-db-1(created)'],
      'v1/PersistentVolumeClaim': ['data/data-db-1(created)'],
      'v1/Pod': ['data/db-1(created)'],
    })
  })

  it('bring nothing along that is excluded', async () => {
    const files = await restore({
      labelSelector: { matchLabels: { app: 'db-1' } },
      excludedResources: ['persistentvolumes', 'priorityclasses'],
    })
    expect(files.list['v1/PersistentVolume']).toBeUndefined()
    expect(files.list['v1/PersistentVolumeClaim']).toEqual(['data/data-db-1(created)'])
  })
})

describe('names that mean nothing', () => {
  it('are refused where they were typed, and nothing is written', async () => {
    await storeBackup(world.store, 'b', OBJECTS)
    const before = new Map(world.store.objects)
    const spec = { includedNamespaces: ['shopp'], includedResources: ['sailz'] }
    const failure = await world.restore(restoreOf('r', spec), { typed: true }).catch(error => error)
    expect(failure.problems).toEqual([expect.stringContaining('"shopp"'), expect.stringContaining('"sailz"')])
    expect(world.store.objects).toEqual(before)
  })

  it('from a queue are an error where they were to be included, a warning where excluded', async () => {
    await storeBackup(world.store, 'b', OBJECTS)
    const spec = { includedResources: ['configmaps', 'sailz'], excludedResources: ['shipz'] }
    const { restore: record, errors, warnings } = await world.restore(restoreOf('r', spec))
    expect(record.status?.phase).toBe('PartiallyFailed')
    expect([errors, warnings]).toEqual([[expect.stringContaining('"sailz"')], [expect.stringContaining('"shipz"')]])
    expect(maps(await readRestoreFiles(world.store, 'r'))).toHaveLength(4)
  })
})
