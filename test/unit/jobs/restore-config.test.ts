import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Restore, RestoreSpec } from '../../../lib/velero/types-restore.ts'
import { ask } from '../../helpers/ask.ts'
import { messages } from '../../helpers/backups.ts'
import { SMALL_SIZES } from '../../helpers/many-objects.ts'
import { outcome, type RestoreFiles, readRestoreFiles } from '../../helpers/restores.ts'
import { storeBackup } from '../../helpers/stored-backup.ts'
import { configMap, namespace, openWorld, restoreOf, type Seed, type World } from '../../helpers/world.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const ended = AbortSignal.abort()
let world: World
beforeEach(async () => {
  world = await openWorld()
  world.cluster.seed([namespace('velero')])
  await storeBackup(world.store, 'b', OBJECTS)
})
afterEach(() => world[Symbol.asyncDispose]())

const containers = [{ name: 'web', image: 'old.example.com/nginx:1' }]
const OBJECTS: Seed[] = [
  namespace('shop'),
  configMap('shop/a', { colour: 'red' }),
  configMap('shop/b', { colour: 'red' }, { labels: { tier: 'back' } }),
  { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'shop' }, spec: { containers } },
  {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'data', namespace: 'shop' },
    spec: { storageClassName: 'slow', accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  },
]

async function restore(spec: RestoreSpec = {}, metadata: Partial<Restore['metadata']> = {}): Promise<RestoreFiles> {
  await world.restore(restoreOf('r', spec, metadata))
  return readRestoreFiles(world.store, 'r')
}

const dataOf = async (name: string) => ((await ask(world, `/api/v1/namespaces/shop/configmaps/${name}`)) as Seed).data
const MODIFIERS = `
version: v1
resourceModifierRules:
- conditions:
    groupResource: configmaps
    labelSelector: {matchLabels: {tier: back}}
  patches:
  - {operation: replace, path: /data/colour, value: blue}
- conditions: {groupResource: configmaps, resourceNameRegex: ^a$}
  mergePatches:
  - patchData: '{"data":{"shape":"round"}}'
`
const named: RestoreSpec = { resourceModifier: { kind: 'ConfigMap', name: 'mods' } }

describe('resource modifiers', () => {
  it.each([
    ['a ConfigMap that the restore names', true],
    ['an annotation', false],
  ])('from %s change what they mean', async (_, inCluster) => {
    if (inCluster) world.cluster.seed([configMap('velero/mods', { 'm.yaml': MODIFIERS })])
    const annotations = { 'lateen.io/resource-modifiers': MODIFIERS }
    const files = inCluster ? await restore(named) : await restore({}, { annotations })
    expect(files.record.status?.phase).toBe('Completed')
    expect(await dataOf('a')).toEqual({ colour: 'red', shape: 'round' })
    expect(await dataOf('b')).toEqual({ colour: 'blue' })
  })

  it.each([
    ['are not there', undefined, named, {}, 'failed to get resource modifiers configmap velero/mods'],
    ['are no YAML', 'a: [', named, {}, 'Error in parsing resource modifiers provided in configmap velero/mods'],
    ['say nothing', 'version: v1', named, {}, 'resource modifier rules cannot be empty'],
    ['come twice', MODIFIERS, named, { 'lateen.io/resource-modifiers': MODIFIERS }, 'holds modifiers too'],
    [
      'are no ConfigMap',
      undefined,
      { resourceModifier: { kind: 'Secret', name: 'mods' } },
      {},
      'spec.resourceModifier.kind: expected ConfigMap, got "Secret"',
    ],
  ])('that %s fail validation, and nothing is restored', async (_, text, spec, annotations, message) => {
    if (text !== undefined) world.cluster.seed([configMap('velero/mods', { 'm.yaml': text })])
    const { restore: record } = await world.restore(restoreOf('r', spec, { annotations }))
    expect(record.status?.phase).toBe('FailedValidation')
    expect(record.status?.validationErrors?.join()).toContain(message)
    expect(await ask(world, '/api/v1/namespaces/shop')).toBeUndefined()
  })

  it('that fail for an object are an error, and the object is restored', async () => {
    const text = MODIFIERS.replace('/data/colour', '/data/missing')
    const files = await restore({}, { annotations: { 'lateen.io/resource-modifiers': text } })
    expect(files.results.errors.namespaces?.shop).toHaveLength(1)
    expect(outcome(files, 'v1/ConfigMap', 'shop/b')).toBe('created')
    expect(await dataOf('b')).toEqual({ colour: 'red' })
  })

  it('that turn an object into another kind write it there', async () => {
    const text = `
version: v1
resourceModifierRules:
- conditions: {groupResource: configmaps, resourceNameRegex: ^a$}
  mergePatches:
  - patchData: '{"kind":"Secret","data":null,"stringData":{"k":"v"}}'
`
    const files = await restore({}, { annotations: { 'lateen.io/resource-modifiers': text } })
    expect(files.record.status?.phase).toBe('Completed')
    expect(await ask(world, '/api/v1/namespaces/shop/secrets/a')).toBeDefined()
    expect(await ask(world, '/api/v1/namespaces/shop/configmaps/a')).toBeUndefined()
  })
})

const plugin = (name: string, action: string, data: Record<string, string>) =>
  configMap(`velero/${name}`, data, {
    labels: { 'velero.io/plugin-config': '', [`velero.io/${action}`]: 'RestoreItemAction' },
  })
const storageClass: Seed = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name: 'fast' },
  provisioner: 'example.com/fast',
}
const CLAIM = '/api/v1/namespaces/shop/persistentvolumeclaims/data'

describe('Velero’s ConfigMaps in the cluster', () => {
  it('replace storage classes and images', async () => {
    world.cluster.seed([
      plugin('classes', 'change-storage-class', { slow: 'fast' }),
      plugin('images', 'change-image-name', { rule: 'old.example.com,new.example.com' }),
      storageClass,
    ])
    expect((await restore()).record.status?.phase).toBe('Completed')
    expect(await ask(world, CLAIM)).toMatchObject({ spec: { storageClassName: 'fast' } })
    expect(await ask(world, '/api/v1/namespaces/shop/pods/web')).toMatchObject({
      spec: { containers: [{ image: 'new.example.com/nginx:1' }] },
    })
  })

  it('that name a storage class which does not exist fail what would have it', async () => {
    world.cluster.seed([plugin('classes', 'change-storage-class', { slow: 'fast' })])
    const files = await restore()
    expect(messages(files.results, 'errors')).toEqual([
      'error preparing persistentvolumeclaims/shop/data: error getting storage class fast from API: storageclasses.storage.k8s.io "fast" not found',
    ])
    expect(outcome(files, 'v1/PersistentVolumeClaim', 'shop/data')).toBe('failed')
    expect(outcome(files, 'v1/Pod', 'shop/web')).toBe('created')
  })

  it('that contradict each other fail validation', async () => {
    world.cluster.seed(['one', 'two'].map(name => plugin(name, 'change-storage-class', { slow: name })))
    const { restore: record } = await world.restore(restoreOf('r'))
    expect(record.status?.validationErrors?.[0]).toContain('found more than one ConfigMap')
  })

  it('count as they were when the restore began, also where it brings them back itself', async () => {
    const classes = plugin('classes', 'change-storage-class', { slow: 'fast' })
    const mods = configMap('velero/mods', { 'm.yaml': MODIFIERS.replaceAll('blue', 'green') })
    // Claims come before ConfigMaps; with another order they come after.
    const annotations = { 'lateen.io/restore-resource-priorities': 'storageclasses,configmaps,persistentvolumeclaims' }
    await storeBackup(world.store, 'b', [...OBJECTS, namespace('velero'), classes, mods, storageClass])
    world.cluster.seed([configMap('velero/mods', { 'm.yaml': MODIFIERS })])
    const request = restoreOf('r', { ...named, existingResourcePolicy: 'update' }, { annotations })
    let how = ''
    while (how !== 'finished') how = (await world.restore(request, { signal: ended }, { sizes: SMALL_SIZES })).how
    expect(await ask(world, CLAIM)).toMatchObject({ spec: { storageClassName: 'slow' } })
    expect(await dataOf('b')).toEqual({ colour: 'blue' })
  })
})
