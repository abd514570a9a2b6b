import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { BackupSpec } from '../../../lib/velero/types.ts'
import { type BackupFiles, messages, readBackupFiles } from '../../helpers/backups.ts'
import { manyObjects, podWithVolume, priorityClass } from '../../helpers/many-objects.ts'
import {
  configMap,
  manifest,
  namespace,
  openWorld,
  type Seed,
  sailDefinition,
  type World,
} from '../../helpers/world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
  const labelled = (place: string, labels: Record<string, string>, more: object = {}) =>
    configMap(place, {}, { labels, ...more })
  const rbac = 'rbac.authorization.k8s.io'
  world.cluster.seed([
    ...['shop', 'data', 'kept-out'].map(name => namespace(name)),
    namespace('hidden', { 'velero.io/exclude-from-backup': 'true' }),
    configMap('hidden/a'),
    labelled('shop/excluded', { 'velero.io/exclude-from-backup': 'true' }),
    labelled('shop/not-excluded', { 'velero.io/exclude-from-backup': 'false' }),
    labelled('shop/going', {}, { deletionTimestamp: '2026-11-22T06:00:00Z', finalizers: ['lateen.test/wait'] }),
    labelled('shop/red', { color: 'red' }),
    labelled('shop/red-round', { color: 'red', shape: 'round' }),
    labelled('data/round', { shape: 'round' }),
    configMap('kept-out/a'),
    ...podWithVolume('data', 'db-0'),
    ...podWithVolume('data', 'db-1'),
    priorityClass,
    sailDefinition,
    { apiVersion: 'lateen.test/v1', kind: 'Sail', metadata: { name: 'main', namespace: 'shop' } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'robot', namespace: 'shop' } },
    { apiVersion: `${rbac}/v1`, kind: 'ClusterRole', metadata: { name: 'robots' }, rules: [] },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name: 'robots-do' },
      roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: 'robots' },
      subjects: [{ kind: 'ServiceAccount', name: 'robot', namespace: 'shop' }],
    },
  ] as Seed[])
})
afterAll(() => world[Symbol.asyncDispose]())
beforeEach(() => world.store.objects.clear())

async function backup(spec: BackupSpec): Promise<BackupFiles> {
  await world.backup(manifest('b', spec))
  return readBackupFiles(world.store, 'b')
}
const names = ({ stored }: BackupFiles, type: string) => [...(stored.get(type)?.keys() ?? [])]
const maps = (files: BackupFiles) => names(files, 'configmaps').filter(name => !name.includes('kube-root-ca'))

describe('what a backup leaves out', () => {
  it('is what carries the label, what is being deleted, and namespaces with the label; the log says so', async () => {
    const files = await backup({ includeClusterResources: true })
    expect(maps(files)).toEqual(['data/round', 'kept-out/a', 'shop/not-excluded', 'shop/red', 'shop/red-round'])
    expect(names(files, 'namespaces')).not.toContain('hidden')
    const said = (name: string) => files.log.filter(line => line.fields.name === name).map(line => line.msg)
    expect(said('excluded')).toEqual(['Excluding item because it has label velero.io/exclude-from-backup=true'])
    expect(said('going')).toEqual(["Skipping item because it's being deleted."])
    expect(files.record.spec.excludedNamespaces).toEqual(['hidden'])
  })

  it('is every namespace that is excluded or not included', async () => {
    expect(maps(await backup({ excludedNamespaces: ['kept-out', 'data'] })).map(name => name.split('/')[0])).toEqual(
      Array(3).fill('shop'),
    )
    world.store.objects.clear()
    const files = await backup({ includedNamespaces: ['da*', 'shop'] })
    expect(new Set(maps(files).map(name => name.split('/')[0]))).toEqual(new Set(['data', 'shop']))
    expect(names(files, 'namespaces')).toEqual(['data', 'shop'])
  })

  it('is every kind that is excluded or not included', async () => {
    const files = await backup({ includedNamespaces: ['data'], includedResources: ['pods', 'po', 'pods'] })
    expect([...files.stored.keys()]).toEqual(['pods'])
  })
})

describe('selectors', () => {
  it('leave what they match, and the namespaces that hold some of it', async () => {
    const files = await backup({ labelSelector: { matchLabels: { color: 'red' } } })
    expect(maps(files)).toEqual(['shop/red', 'shop/red-round'])
    expect(names(files, 'namespaces')).toContain('shop')
  })

  it('of which one is enough bring each object once', async () => {
    const orLabelSelectors = [
      { matchLabels: { color: 'red' } },
      { matchExpressions: [{ key: 'shape', operator: 'In' as const, values: ['round', 'square'] }] },
    ]
    expect(maps(await backup({ orLabelSelectors })).sort()).toEqual(['data/round', 'shop/red', 'shop/red-round'])
  })

  it('bring related items along that they do not match, and once those that they do', async () => {
    const files = await backup({ orLabelSelectors: ['db-0', 'db-1'].map(app => ({ matchLabels: { app } })) })
    expect(names(files, 'pods').sort()).toEqual(['data/db-0', 'data/db-1'])
    expect(names(files, 'persistentvolumeclaims').sort()).toEqual(['data/data-db-0', 'data/data-db-1'])
    expect(names(files, 'persistentvolumes')).toEqual(['pv-db-0', 'pv-db-1'])
    world.store.objects.clear()
    const { stored } = await backup({ labelSelector: { matchLabels: { color: 'red' } } })
    expect(stored.get('persistentvolumes')).toBeUndefined()
  })
})

describe('orderedResources', () => {
  it('come first, in their order, each once, and what is not there is a warning', async () => {
    const files = await backup({
      includedNamespaces: ['data', 'shop'],
      orderedResources: {
        configmaps: 'shop/red,shop/nothing,shop/not-excluded,shop/red',
        persistentvolumes: 'pv-db-1,pv-db-0',
      },
      includeClusterResources: true,
    })
    const shop = maps(files).filter(name => name.startsWith('shop/'))
    expect(shop).toEqual(['shop/red', 'shop/not-excluded', 'shop/red-round'])
    expect(names(files, 'persistentvolumes')).toEqual(['pv-db-1', 'pv-db-0'])
    expect(messages(files.results, 'warnings')).toEqual([" message: /Cannot find resource 'shop/nothing'."])
  })

  it('that the filters leave out stay out', async () => {
    const files = await backup({
      labelSelector: { matchLabels: { color: 'red' } },
      orderedResources: { configmaps: 'data/round,shop/red-round,shop/excluded' },
    })
    expect(maps(files)).toEqual(['shop/red-round', 'shop/red'])
  })
})

describe('related items', () => {
  it('of pods: the claim, its volume and the priority class, each once', async () => {
    const files = await backup({ includedNamespaces: ['data'] })
    expect(names(files, 'persistentvolumes')).toEqual(['pv-db-0', 'pv-db-1'])
    expect(names(files, 'persistentvolumeclaims')).toEqual(['data/data-db-0', 'data/data-db-1'])
    expect(names(files, 'priorityclasses.scheduling.k8s.io')).toEqual(['urgent'])
  })

  it('of service accounts: the bindings and roles; of custom resources: the definition', async () => {
    const files = await backup({ includedNamespaces: ['shop'] })
    expect(names(files, 'clusterrolebindings.rbac.authorization.k8s.io')).toEqual(['robots-do'])
    expect(names(files, 'clusterroles.rbac.authorization.k8s.io')).toEqual(['robots'])
    expect(names(files, 'customresourcedefinitions.apiextensions.k8s.io')).toEqual(['sails.lateen.test'])
  })

  it('come once where the lists of the backup bring them too', async () => {
    const files = await backup({ includeClusterResources: true })
    expect(names(files, 'persistentvolumes')).toEqual(['pv-db-0', 'pv-db-1'])
    expect(names(files, 'clusterroles.rbac.authorization.k8s.io').filter(name => name === 'robots').length).toBe(1)
  })

  it('stay out where their kind is kept out', async () => {
    const files = await backup({ includedNamespaces: ['data'], includeClusterResources: false })
    expect(names(files, 'persistentvolumes')).toEqual([])
    expect(messages(files.results, 'warnings')).toEqual([])
  })

  it('that are not there are a warning', async () => {
    const other = await openWorld()
    try {
      other.cluster.seed(manyObjects(0).filter(({ kind }) => kind !== 'PersistentVolume'))
      other.cluster.seed([priorityClass])
      await other.backup(manifest('b', { includedNamespaces: ['a'] }))
      const { results, record } = await readBackupFiles(other.store, 'b')
      expect(record.status?.phase).toBe('Completed')
      expect(results.warnings.cluster?.length).toBe(6)
      expect(results.warnings.cluster?.[0]).toBe(
        " resource: /persistentvolumes name: /pv-db-0 message: /Additional item was not found in Kubernetes API, can't back it up",
      )
    } finally {
      await other[Symbol.asyncDispose]()
    }
  })
})

describe('volumes and hooks', () => {
  it('tell of each volume why its data is not there', async () => {
    const { volumes, record } = await backup({ includedNamespaces: ['data'] })
    expect(
      volumes.map(({ pvName, pvcName, pvcNamespace, skipped }) => [pvName, pvcName, pvcNamespace, skipped]),
    ).toEqual([
      ['pv-db-0', 'data-db-0', 'data', true],
      ['pv-db-1', 'data-db-1', 'data', true],
    ])
    expect(volumes[0]?.pvInfo).toEqual({ reclaimPolicy: 'Retain', labels: null })
    expect(record.status?.warnings).toBeUndefined()
  })

  it('that are asked for and not done are warnings, and the rest is backed up', async () => {
    const hook = { name: 'h', pre: [{ exec: { command: ['sync'] } }] }
    const { results, record } = await backup({
      includedNamespaces: ['data'],
      snapshotVolumes: true,
      defaultVolumesToFsBackup: true,
      hooks: { resources: [hook] },
    })
    const said = messages(results, 'warnings').join('\n')
    for (const word of [/hooks/, /snapshot/i, /FsBackup|fs-backup|file/i]) expect(said).toMatch(word)
    expect(record.status?.phase).toBe('Completed')
  })
})
