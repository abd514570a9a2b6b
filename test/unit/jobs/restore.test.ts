import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { RestoreProgress } from '../../../lib/jobs/types.ts'
import type { RestoreSpec } from '../../../lib/velero/types-restore.ts'
import { ask } from '../../helpers/ask.ts'
import { keys, readKey } from '../../helpers/backups.ts'
import { SMALL_SIZES } from '../../helpers/many-objects.ts'
import { MemoryStore } from '../../helpers/memory-store.ts'
import { Process } from '../../helpers/process.ts'
import { hull, hullDefinition, serviceAccount } from '../../helpers/restorable.ts'
import { listed, type RestoreFiles, readRestoreFiles } from '../../helpers/restores.ts'
import { storeBackup } from '../../helpers/stored-backup.ts'
import {
  configMap,
  namespace,
  openWorld,
  restoreOf,
  type Seed,
  type World,
  type WorldAround,
} from '../../helpers/world.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world[Symbol.asyncDispose]())

async function restore(spec: RestoreSpec = {}, around: WorldAround = {}): Promise<RestoreFiles> {
  await world.restore(restoreOf('r', spec), {}, around)
  return readRestoreFiles(around.results ?? world.store, 'r')
}

const webhook = (kind: string): Seed => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind,
  metadata: { name: 'guard' },
  webhooks: [],
})

const rbac = 'rbac.authorization.k8s.io'
const OBJECTS: Seed[] = [
  webhook('MutatingWebhookConfiguration'),
  webhook('ValidatingWebhookConfiguration'),
  configMap('shop/settings', { a: '1' }),
  { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'db', namespace: 'shop' }, spec: SET() },
  {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: { name: 'db-1', namespace: 'shop' },
    revision: 1,
    data: { spec: {} },
  },
  { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'key', namespace: 'shop' }, data: { k: 'eA==' } },
  hull('shop/main'),
  hull('shop/other'),
  hullDefinition,
  serviceAccount('shop/robot'),
  { apiVersion: `${rbac}/v1`, kind: 'Role', metadata: { name: 'sails', namespace: 'shop' }, rules: [] },
  namespace('shop', { team: 'red' }),
]

function SET() {
  const template = { metadata: { labels: { app: 'db' } }, spec: { containers: [{ name: 'db', image: 'db' }] } }
  return { replicas: 0, serviceName: 'db', selector: { matchLabels: { app: 'db' } }, template }
}

/** What comes at the same time has one name. */
function waveOf(path: string): string {
  const kind = path.split('/').at(-1) ?? ''
  if (kind === 'hulls' || kind === 'statefulsets') return 'all others'
  return kind.endsWith('webhookconfigurations') ? 'webhooks' : kind
}

describe('a restore', () => {
  it('brings back all objects of a backup by Velero, and marks them', async () => {
    await storeBackup(world.store, 'b', OBJECTS)
    const { restore: record, how, errors, warnings } = await world.restore(restoreOf('r'))
    expect([how, record.status?.phase, errors, warnings]).toEqual(['finished', 'Completed', [], []])
    expect((await readRestoreFiles(world.store, 'r')).list).toEqual({
      'admissionregistration.k8s.io/v1/MutatingWebhookConfiguration': ['guard(created)'],
      'admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration': ['guard(created)'],
      'apiextensions.k8s.io/v1/CustomResourceDefinition': ['hulls.lateen.test(created)'],
      'apps/v1/ControllerRevision': ['shop/db-1(created)'],
      'apps/v1/StatefulSet': ['shop/db(created)'],
      'lateen.test/v1/Hull': ['shop/main(created)', 'shop/other(created)'],
      [`${rbac}/v1/Role`]: ['shop/sails(created)'],
      'v1/ConfigMap': ['shop/settings(created)'],
      'v1/Namespace': ['shop(created)'],
      'v1/Secret': ['shop/key(created)'],
      'v1/ServiceAccount': ['shop/robot(created)'],
    })
    expect(await ask(world, '/api/v1/namespaces/shop/configmaps/settings')).toMatchObject({
      metadata: { labels: { 'velero.io/backup-name': 'b', 'velero.io/restore-name': 'r' } },
      data: { a: '1' },
    })
    const made = await ask(world, '/api/v1/namespaces/shop')
    expect(made).toMatchObject({ metadata: { labels: { team: 'red' } } })
    expect(made).not.toHaveProperty('metadata.labels.velero.io/restore-name')
  })

  it('follows the order of kinds: nothing of a wave before all of the wave before is done', async () => {
    await storeBackup(world.store, 'b', OBJECTS)
    const begun: string[] = []
    let underWay = 0
    const overlaps: string[] = []
    const wrap: WorldAround['wrap'] = connection => ({
      ...connection,
      transport: {
        ...connection.transport,
        server: connection.transport.server,
        close: () => connection.transport.close(),
        request: async request => {
          if (request.method !== 'POST') return connection.transport.request(request)
          const wave = waveOf(request.path)
          if (begun.at(-1) !== wave) {
            if (underWay > 0) overlaps.push(`${begun.at(-1)} ${wave}`)
            begun.push(wave)
          }
          underWay++
          return connection.transport.request(request).finally(() => underWay--)
        },
      },
    })
    await restore({}, { wrap })
    expect(begun).toEqual([
      'customresourcedefinitions',
      'namespaces',
      'roles',
      'serviceaccounts',
      'secrets',
      'configmaps',
      'controllerrevisions',
      'all others',
      'webhooks',
    ])
    expect(overlaps).toEqual([])
  })

  it('takes another order from an annotation', async () => {
    await storeBackup(world.store, 'b', [namespace('shop'), configMap('shop/a'), serviceAccount('shop/robot')])
    const process = new Process()
    const annotations = { 'lateen.io/restore-resource-priorities': 'configmaps,serviceaccounts' }
    await world.restore(restoreOf('r', {}, { annotations }), {}, { wrap: process.wrap })
    const kinds = process.calls.cluster.filter(call => call.startsWith('POST')).map(call => call.split('/').at(-1))
    expect(kinds).toEqual(['namespaces', 'configmaps', 'serviceaccounts'])
  })

  it('tells how it goes on, to the last object', async () => {
    await storeBackup(world.store, 'b', OBJECTS)
    const told: RestoreProgress[] = []
    await world.restore(restoreOf('r'), { onProgress: progress => told.push(progress) })
    expect(told.at(-1)).toMatchObject({ step: 'finishing', itemsRestored: 12, totalItems: 12, created: 12, failed: 0 })
  })

  it('leaves Velero’s files and its own record, and nothing of its run but lease and outcome', async () => {
    await storeBackup(world.store, 'b', OBJECTS, { labels: { 'velero.io/schedule-name': 'daily' } })
    const before = await keys(world.store)
    const { record, log } = await restore({}, { sizes: SMALL_SIZES })
    const after = (await keys(world.store)).filter(key => !before.includes(key) && !key.startsWith('restores/r/'))
    expect(after).toEqual([
      'metadata/lateen/names/restores/r.json',
      'metadata/lateen/runs/uid-of-r/lease.json',
      'metadata/lateen/runs/uid-of-r/outcome.json',
    ])
    expect(record).toMatchObject({
      metadata: {
        name: 'r',
        namespace: 'velero',
        uid: 'uid-of-r',
        annotations: { 'lateen.io/cluster': expect.any(String) },
      },
      spec: {
        backupName: 'b',
        scheduleName: 'daily',
        itemOperationTimeout: '4h0m0s',
        excludedResources: expect.arrayContaining(['nodes', 'events', 'backups.velero.io']),
      },
      status: { phase: 'Completed', startTimestamp: '2026-11-22T08:00:00Z', hookStatus: {} },
    })
    expect(log.map(({ message }) => message)).toContain('Starting restore of backup velero/b')
    expect(log.every(({ fields }) => fields.restore === 'velero/r')).toBe(true)
  })

  it('writes its record last, and only where there is none', async () => {
    await storeBackup(world.store, 'b', [namespace('shop'), configMap('shop/a')])
    const process = new Process()
    await restore({}, { store: process.store(world.store) })
    const files = process.calls.store.filter(call => call.startsWith('put restores/'))
    expect(files.at(-1)).toBe('put restores/r/velero-restore.json')
    expect(new Set(files).size).toBe(files.length)
    const record = await readKey(world.store, 'restores/r/velero-restore.json')
    await expect(world.store.put('restores/r/velero-restore.json', 'x', { ifNoneMatch: '*' })).rejects.toThrow()
    expect((await world.restore(restoreOf('r'))).how).toBe('acknowledged')
    expect(await readKey(world.store, 'restores/r/velero-restore.json')).toEqual(record)
  })

  it('leaves out what no restore brings back', async () => {
    const event = { apiVersion: 'v1', kind: 'Event', metadata: { name: 'e', namespace: 'shop' }, involvedObject: {} }
    const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-9' } }
    const done = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'ended', namespace: 'shop' },
      status: { phase: 'Succeeded' },
    }
    await storeBackup(world.store, 'b', [namespace('shop'), configMap('shop/a'), event, node, done])
    expect(listed(await restore())).toEqual(['v1/ConfigMap shop/a(created)', 'v1/Namespace shop(created)'])
  })
})

describe('a read-only location', () => {
  it('is only read: the restore is recorded elsewhere', async () => {
    await storeBackup(world.store, 'b', OBJECTS)
    const before = new Map(world.store.objects)
    const results = new MemoryStore(0)
    const { record } = await restore({}, { readOnly: true, results, sizes: SMALL_SIZES })
    expect(record.status?.phase).toBe('Completed')
    expect(world.store.objects).toEqual(before)
    expect((await world.restore(restoreOf('r'), {}, { readOnly: true, results })).how).toBe('acknowledged')
  })

  it('without a place for results is refused, with what to do', async () => {
    await storeBackup(world.store, 'b', OBJECTS)
    const before = new Map(world.store.objects)
    const failure = await world.restore(restoreOf('r'), {}, { readOnly: true }).catch(error => error)
    expect(failure.message).toContain('read-only')
    expect(failure.next).toContain('resultsLocation')
    expect(world.store.objects).toEqual(before)
    expect(await ask(world, '/api/v1/namespaces/shop')).toBeUndefined()
  })
})
