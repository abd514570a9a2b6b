import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer, text } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Settings } from '../../../lib/config/types.ts'
import { createBackup } from '../../../lib/jobs/backup.ts'
import { BackupNotFoundError } from '../../../lib/jobs/errors.ts'
import { getBackup, listBackups, openBackupArchive, openBackupLogs } from '../../../lib/jobs/read.ts'
import { openStore } from '../../../lib/store/open.ts'
import { ObjectNotFoundError, type ObjectStore } from '../../../lib/store/types.ts'
import { type EmbeddedCluster, startEmbeddedCluster } from '../../../playground/cluster/cluster.ts'
import { readArchive } from '../../helpers/archive.ts'
import { readBackupFiles } from '../../helpers/backups.ts'
import { Killed, killedAt } from '../../helpers/failing-store.ts'
import { manyManifest, manyObjects, priorityClass, SMALL_SIZES } from '../../helpers/many-objects.ts'
import { configMap, manifest, namespace } from '../../helpers/world.ts'

let cluster: EmbeddedCluster
let settings: Settings
let store: ObjectStore
beforeAll(async () => {
  cluster = await startEmbeddedCluster()
  cluster.seed([namespace('shop'), configMap('shop/web'), ...manyObjects(24, 600), priorityClass])
})
afterAll(() => cluster.stop())
beforeEach(async () => {
  const bucket = await mkdtemp(join(tmpdir(), 'lateen-read-'))
  const location = { name: 'default', spec: { provider: 'file', objectStorage: { bucket, prefix: 'here' } } }
  settings = { cluster: { kubeconfigText: cluster.kubeconfig }, location }
  store = await openStore(location)
})
afterEach(async () => {
  await store.close()
  await rm(settings.location.spec.objectStorage.bucket, { recursive: true })
})

const shop = { includedNamespaces: ['shop'] }
const none = () => {
  throw new Error('nothing is damaged')
}
const names = async () => (await listBackups(settings, none)).map(({ backup }) => backup.metadata.name)

describe('a finished backup in a folder', () => {
  it('can be read back: record, log and archive', async () => {
    const { backup } = await createBackup(settings, manifest('b', shop), { typed: true })
    const found = (await getBackup(settings, 'b')).backup
    expect([found.metadata, found.status]).toEqual([backup.metadata, backup.status])
    expect(await names()).toEqual(['b'])
    expect(await text(await openBackupLogs(settings, 'b'))).toContain('Backed up item')
    const entries = await readArchive(await buffer(await openBackupArchive(settings, 'b')))
    expect(entries.map(({ name }) => name)).toContain('resources/configmaps/namespaces/shop/web.json')
    await readBackupFiles(store, 'b')
  })

  it('has no expiration where a policy of the location keeps it', async () => {
    const location = { ...settings.location, retention: 'keep-last=3' }
    const { backup } = await createBackup({ ...settings, location }, manifest('b', shop), { typed: true })
    expect([backup.spec.ttl, backup.status?.expiration]).toEqual(['0s', undefined])
    const other = await createBackup({ ...settings, location }, manifest('c', { ...shop, ttl: '1h' }), { typed: true })
    expect(other.backup.status?.expiration).toBeDefined()
  })

  it('is listed with others by name', async () => {
    for (const name of ['b', 'a', 'a-2']) await createBackup(settings, manifest(name, shop), { typed: true })
    expect(await names()).toEqual(['a', 'a-2', 'b'])
  })

  it('that was deleted, by Velero or by hand, is gone', async () => {
    await createBackup(settings, manifest('b', shop), { typed: true })
    for await (const page of store.list('backups/')) await store.delete(page.objects.map(({ key }) => key))
    expect(await names()).toEqual([])
    await expect(getBackup(settings, 'b')).rejects.toThrow(BackupNotFoundError)
  })
})

describe('a run without a record', () => {
  const interrupted = async () => {
    // Its lease and checkpoint are there, and so are some of its files.
    const dying = killedAt(store, 22)
    const around = { openStore: async () => dying.store, sizes: { ...SMALL_SIZES, part: 5 << 20 } }
    await expect(createBackup(settings, manyManifest('b'), { typed: false }, around)).rejects.toThrow(Killed)
  }

  it('is shown as InProgress from its start on, with what was asked for', async () => {
    await interrupted()
    expect(await names()).toEqual(['b'])
    const { backup } = await getBackup(settings, 'b')
    expect(backup.status?.phase).toBe('InProgress')
    expect(backup.status?.startTimestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
    expect(backup.spec.includedNamespaces).toEqual(['a', 'b', 'c'])
    expect(backup.metadata.uid).toBe('uid-of-b')
  })

  it('shows its progress', async () => {
    await interrupted()
    const key = 'metadata/lateen/runs/uid-of-b/lease.json'
    const lease = JSON.parse(await text((await store.get(key)).body))
    await store.put(key, JSON.stringify({ ...lease, progress: { itemsBackedUp: 3, totalItems: 9 } }))
    expect((await getBackup(settings, 'b')).backup.status?.progress).toEqual({ itemsBackedUp: 3, totalItems: 9 })
  })

  it('has no log yet, which is not to say that the backup does not exist', async () => {
    await interrupted()
    await store.delete(['backups/b/b-logs.gz'])
    await expect(openBackupLogs(settings, 'b')).rejects.toThrow(ObjectNotFoundError)
    await expect(openBackupLogs(settings, 'c')).rejects.toThrow(BackupNotFoundError)
  })

  it('that failed validation is shown with what was wrong', async () => {
    await createBackup(settings, manifest('b', { includedNamespaces: ['a'], excludedNamespaces: ['a'] }), {
      typed: false,
    })
    const { backup } = await getBackup(settings, 'b')
    expect(backup.status).toMatchObject({ phase: 'FailedValidation', validationErrors: [expect.any(String)] })
    expect(await names()).toEqual(['b'])
  })
})

describe('a folder that is no good', () => {
  it('has no backups where it is empty', async () => {
    expect(await names()).toEqual([])
  })

  it('with a damaged record shows all the others, and names that one', async () => {
    for (const name of ['a', 'b']) await createBackup(settings, manifest(name, shop), { typed: true })
    const { bucket } = settings.location.spec.objectStorage
    await writeFile(join(bucket, 'here/backups/a/velero-backup.json'), '{"kind":')
    const damaged: string[] = []
    const views = await listBackups(settings, error => damaged.push(error.message))
    expect(views.map(({ backup }) => backup.metadata.name)).toEqual(['b'])
    expect(damaged).toEqual([expect.stringContaining('backups/a/velero-backup.json')])
    await expect(getBackup(settings, 'a')).rejects.toThrow('backups/a/velero-backup.json')
  })

  it('of somebody else shows none of it', async () => {
    await store.put('photos/1.jpg', 'x')
    await store.put('backups/stray', 'x')
    await store.put('backups/no-record/x.tar.gz', 'x')
    expect(await names()).toEqual([])
  })
})
