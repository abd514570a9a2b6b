import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { RestoreSpec } from '../../../lib/velero/types-restore.ts'
import { ask } from '../../helpers/ask.ts'
import { messages } from '../../helpers/backups.ts'
import { podWithVolume, priorityClass } from '../../helpers/many-objects.ts'
import { outcome, type RestoreFiles, readRestoreFiles } from '../../helpers/restores.ts'
import { storeBackup } from '../../helpers/stored-backup.ts'
import { namespace, openWorld, restoreOf, type Seed, type World } from '../../helpers/world.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world[Symbol.asyncDispose]())

const OBJECTS: Seed[] = [namespace('shop'), priorityClass, ...podWithVolume('shop', 'db')]
const reclaim = (policy: string) =>
  OBJECTS.map(object =>
    object.kind === 'PersistentVolume'
      ? { ...object, spec: { ...(object.spec as object), persistentVolumeReclaimPolicy: policy } }
      : object,
  )
const INFO = { pvName: 'pv-db', pvcName: 'data-db', pvcNamespace: 'shop' }
const CLAIM = '/api/v1/namespaces/shop/persistentvolumeclaims/data-db'

async function restore(spec: RestoreSpec = {}): Promise<RestoreFiles> {
  await world.restore(restoreOf('r', spec))
  return readRestoreFiles(world.store, 'r')
}

describe('a volume', () => {
  it('that is to stay comes back, and its claim is bound to it', async () => {
    await storeBackup(world.store, 'b', OBJECTS)
    const files = await restore()
    expect(outcome(files, 'v1/PersistentVolume', 'pv-db')).toBe('created')
    await world.cluster.settled()
    expect(await ask(world, CLAIM)).toMatchObject({ spec: { volumeName: 'pv-db' }, status: { phase: 'Bound' } })
    expect(files.results).toEqual({ errors: {}, warnings: {} })
  })

  it('that went with its claim does not, and the claim gets a new one', async () => {
    await storeBackup(world.store, 'b', reclaim('Delete'))
    const files = await restore()
    expect(outcome(files, 'v1/PersistentVolume', 'pv-db')).toBe('skipped')
    expect(await ask(world, CLAIM)).not.toHaveProperty('spec.volumeName')
  })
})

describe('contents of volumes', () => {
  const METHODS: [string, Record<string, unknown>, string][] = [
    [
      'a node agent',
      {
        'volumeinfo.json.gz': [
          {
            ...INFO,
            backupMethod: 'PodVolumeBackup',
            pvbInfo: {
              snapshotHandle: 'snap-1',
              uploaderType: 'kopia',
              podName: 'db',
              podNamespace: 'shop',
              volumeName: 'data',
            },
          },
        ],
      },
      'PodVolumeBackup snap-1',
    ],
    [
      'a CSI snapshot',
      {
        'volumeinfo.json.gz': [
          { ...INFO, backupMethod: 'CSISnapshot', csiSnapshotInfo: { snapshotHandle: 'snap-2', driver: 'd' } },
        ],
      },
      'CSISnapshot snap-2',
    ],
    [
      'a snapshot of the cloud',
      {
        'volumesnapshots.json.gz': [
          { spec: { persistentVolumeName: 'pv-db' }, status: { providerSnapshotID: 'snap-3' } },
        ],
      },
      'NativeSnapshot snap-3',
    ],
    [
      'Velero 1.6’s restic',
      {
        'podvolumebackups.json.gz': [
          {
            metadata: { annotations: { 'velero.io/pvc-name': 'data-db' } },
            spec: { volume: 'data', pod: { namespace: 'shop', name: 'db' } },
            status: { snapshotID: 'snap-4' },
          },
        ],
      },
      'PodVolumeBackup snap-4',
    ],
  ]

  it.each(
    METHODS,
  )('that %s saved are an error: the claim, the snapshot and the way to get it', async (_, files, snapshot) => {
    await storeBackup(world.store, 'b', OBJECTS, { files })
    const { results, record } = await restore()
    expect(results.errors).toEqual({
      namespaces: { shop: [expect.stringContaining(`the data of claim shop/data-db is in the backup (${snapshot})`)] },
    })
    expect(results.errors.namespaces?.shop?.[0]).toContain('To get it, ')
    expect(record.status?.phase).toBe('PartiallyFailed')
  })

  it.each(METHODS)('that %s saved are not told of where nobody wants them', async (_, files) => {
    await storeBackup(world.store, 'b', OBJECTS, { files })
    expect((await restore({ restorePVs: false })).results).toEqual({ errors: {}, warnings: {} })
  })

  it('are not told of where the claim is there already', async () => {
    await storeBackup(world.store, 'b', OBJECTS, { files: METHODS[1]?.[1] ?? {} })
    await restore()
    await world.restore(restoreOf('again'))
    expect(messages((await readRestoreFiles(world.store, 'again')).results, 'errors')).toEqual([])
  })

  it('of which a damaged file tells are an error that names the file, and all objects come back', async () => {
    await storeBackup(world.store, 'b', OBJECTS)
    await world.store.put('backups/b/b-volumeinfo.json.gz', 'not gzip')
    const files = await restore()
    expect(messages(files.results, 'errors')).toEqual([
      expect.stringContaining('"backups/b/b-volumeinfo.json.gz" is damaged'),
    ])
    expect(outcome(files, 'v1/PersistentVolumeClaim', 'shop/data-db')).toBe('created')
  })
})

describe('hooks', () => {
  const hooks = { resources: [{ name: 'h', postHooks: [{ exec: { command: ['sync', 'a b'] } }] }] }
  it('that run commands in pods are a warning each, with how to run them', async () => {
    await storeBackup(world.store, 'b', OBJECTS)
    const { results, record } = await restore({ hooks })
    expect(results.warnings).toEqual({
      namespaces: { shop: [expect.stringContaining("kubectl exec -n shop db -c main -- sync 'a b'")] },
    })
    expect(record.status?.phase).toBe('Completed')
  })

  it('with init containers put them into the pods', async () => {
    await storeBackup(world.store, 'b', OBJECTS)
    const init = { initContainers: [{ name: 'fill', image: 'busybox', command: ['sh'] }] }
    await restore({ hooks: { resources: [{ name: 'h', postHooks: [{ init }] }] } })
    expect(await ask(world, '/api/v1/namespaces/shop/pods/db')).toMatchObject({
      spec: { initContainers: [{ name: 'fill' }] },
    })
  })
})

describe('node ports', () => {
  const service = (annotations = {}): Seed => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'shop', annotations },
    spec: { type: 'NodePort', selector: { app: 'web' }, ports: [{ name: 'http', port: 80, nodePort: 31234 }] },
  })
  const port = async () => {
    const { spec } = (await ask(world, '/api/v1/namespaces/shop/services/web')) as {
      spec: { ports: { nodePort: number }[] }
    }
    return spec.ports[0]?.nodePort
  }

  it('are the cluster’s to give, unless they are to be kept', async () => {
    await storeBackup(world.store, 'b', [namespace('shop'), service()])
    await restore()
    expect(await port()).not.toBe(31234)
    await ask(world, '/api/v1/namespaces/shop/services/web', { method: 'DELETE' })
    await world.restore(restoreOf('kept', { preserveNodePorts: true }))
    expect(await port()).toBe(31234)
  })
})
