import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { SIZES } from '../../lib/bucket/sizes.ts'
import { connect } from '../../lib/cluster/connect.ts'
import { exchange } from '../../lib/cluster/http/read.ts'
import { createObject, deleteObject, resourcePath } from '../../lib/cluster/objects.ts'
import { ApiError, type Transport } from '../../lib/cluster/types.ts'
import type { Settings } from '../../lib/config/types.ts'
import type { Around } from '../../lib/jobs/around.ts'
import { createBackup } from '../../lib/jobs/backup.ts'
import { createRestore } from '../../lib/jobs/restore.ts'
import type { ObjectStore } from '../../lib/store/types.ts'
import type { Backup } from '../../lib/velero/types.ts'
import type { Restore } from '../../lib/velero/types-restore.ts'
import { type BackupFiles, leftOf, readBackupFiles } from '../helpers/backups.ts'
import { type Between, continued, pagesOf } from '../helpers/continuations.ts'
import { Process } from '../helpers/process.ts'
import { leftOfRestore, type RestoreFiles, readRestoreFiles } from '../helpers/restores.ts'
import { newBucket, type TestBucket } from './helpers/bucket.ts'
import { configMaps, type Listed, listAll, namespaces, openCluster, removeNamespaces } from './helpers/cluster.ts'
import { appliedConfigMaps } from './helpers/config-maps.ts'
import { endToEnd } from './helpers/environment.ts'
import { compact, etcdOf } from './helpers/etcd.ts'
import { backupMessage, restoreMessage } from './helpers/messages.ts'

const OBJECTS = 1_200
/** In another namespace, which is restored. */
const RESTORED = 160
/** More of those, which take a second write. */
const APPLIED = 10
/** Of a page: more than twenty of them. */
const PAGE = 50
/** Members of few objects, so that little is under way when an invocation is stopped. */
const sizes = { ...SIZES, member: 4 << 10 }
const pages = pagesOf(PAGE)
const etcd = etcdOf(process.env.KUBECONFIG ?? '')

endToEnd('a run in many invocations', () => {
  const source = `continued-${process.pid}`
  const [few, one, other] = ['few', 'one', 'other'].map(name => `${source}-${name}`) as [string, string, string]
  let transport: Transport
  /** Of runs that nobody stops, and of those in steps. */
  let through: TestBucket
  let steps: TestBucket
  beforeAll(async () => {
    transport = await openCluster()
    ;[through, steps] = await Promise.all([newBucket(), newBucket()])
    for (const name of [source, few])
      await createObject(transport, namespaces, undefined, JSON.stringify({ metadata: { name } }))
    await add(
      Array.from({ length: RESTORED }, (_, i) => nameOf(i)),
      few,
    )
    await appliedConfigMaps(transport, few, APPLIED)
    await add(Array.from({ length: OBJECTS }, (_, i) => nameOf(i)))
    await vi.waitUntil(async () => (await listAll(transport, configMaps)).filter(isOfThese).length === 2)
  })
  afterAll(async () => {
    await removeNamespaces(transport, [source, few, one, other])
    await transport.close()
    await Promise.all([through, steps].map(({ store }) => store.close()))
  })

  const nameOf = (i: number) => `many-${String(i).padStart(5, '0')}`
  const isOfTheCluster = ({ metadata }: { metadata: { name: string } }) => metadata.name === 'kube-root-ca.crt'

  const isOfThese = (each: Listed) => isOfTheCluster(each) && each.metadata.namespace?.startsWith(source)

  async function add(names: string[], namespace = source): Promise<void> {
    const left = names.values()
    const work = async () => {
      for (const name of left) {
        const object = JSON.stringify({ metadata: { name }, data: { name } })
        await createObject(transport, configMaps, namespace, object)
      }
    }
    await Promise.all(Array.from({ length: 12 }, work))
  }

  const settings: Settings = {
    cluster: {},
    location: { name: 'default', spec: { provider: 'aws', objectStorage: { bucket: 'given' } } },
  }

  const around = ({ store, wrap }: Between): Partial<Around> => ({
    openStore: async () => store,
    connect: async given => wrap(await connect(given)),
    sizes,
  })

  function backup(uid: string, signal: AbortSignal | undefined, between: Between) {
    const { metadata, ...message } = backupMessage('b', uid, { includedNamespaces: [source, few] })
    const request: Backup = {
      ...message,
      kind: 'Backup',
      apiVersion: 'velero.io/v1',
      metadata: { ...metadata, namespace: 'velero' },
    }
    return createBackup(settings, request, { typed: false, ...(signal && { signal }) }, around(between))
  }

  function restore(target: string, signal: AbortSignal | undefined, between: Between) {
    // The account named default is made by whoever is first, the restore or a controller.
    const excludedResources = ['serviceaccounts']
    const spec = { backupName: 'b', includedNamespaces: [few], excludedResources, namespaceMapping: { [few]: target } }
    const { metadata, ...message } = restoreMessage('r', `uid-of-${target}`, spec)
    const request: Restore = {
      ...message,
      kind: 'Restore',
      apiVersion: 'velero.io/v1',
      metadata: { ...metadata, namespace: 'velero' },
    }
    return createRestore(settings, request, { typed: false, ...(signal && { signal }) }, around(between))
  }

  /** A store that outlives the job that it is given to. */
  const kept = ({ store }: TestBucket): ObjectStore => new Process().store(store)

  test('a backup, over twenty of them, has the contents of one that ran through', async () => {
    await backup('uid', undefined, { store: kept(through), wrap: pages })
    const { invocations } = await continued((signal, between) => backup('uid', signal, between), {
      store: steps.store,
      calls: 0,
      wrap: pages,
      atMost: OBJECTS,
    })
    expect(invocations).toBeGreaterThan(20)
    const [whole, many] = await Promise.all([through, steps].map(({ store }) => readBackupFiles(store, 'b')))
    expect(leftOf(many as BackupFiles)).toEqual(leftOf(whole as BackupFiles))
    expect(many?.stored.get('configmaps')?.size).toBe(OBJECTS + RESTORED + APPLIED + 2)
  })

  test('a restore, over twenty of them, leaves the objects and the account of one that ran through', async () => {
    await restore(one, undefined, { store: kept(through), wrap: pages })
    const { invocations } = await continued((signal, between) => restore(other, signal, between), {
      store: steps.store,
      calls: 0,
      atMost: OBJECTS,
    })
    expect(invocations).toBeGreaterThan(20)
    expect(await objectsIn(other)).toEqual(await objectsIn(one))
    expect(await objectsIn(one)).toHaveLength(RESTORED + APPLIED)
    const [whole, many] = await Promise.all([through, steps].map(({ store }) => readRestoreFiles(store, 'r')))
    const told = JSON.stringify(leftOfRestore(many as RestoreFiles)).replaceAll(other, one)
    expect(JSON.parse(told)).toEqual(leftOfRestore(whole as RestoreFiles))
  })

  /** Owners and all, but for the labels of their restores, ids and times. */
  async function objectsIn(namespace: string) {
    const list = await exchange(transport, { method: 'GET', path: resourcePath(configMaps, namespace) })
    const { items } = JSON.parse(list.toString()) as { items: ConfigMap[] }
    return items
      .filter(each => !isOfTheCluster(each))
      .map(({ metadata: { name, managedFields }, data }) => {
        return { name, data, owners: managedFields.map(({ manager, operation }) => `${manager} ${operation}`) }
      })
  }

  describe.skipIf(etcd === undefined)('between which the tokens of its lists expire', () => {
    test('reads nothing again that is stored, misses nothing and doubles nothing', async () => {
      const { store } = await newBucket()
      const calls: string[] = []
      const run = async (signal?: AbortSignal) => {
        const process = new Process()
        const wrap: Between['wrap'] = connection => process.wrap(pages(connection))
        const answer = await backup('uid', signal, { store: process.store(store), wrap })
        calls.push(...process.calls.cluster)
        return answer.how
      }
      const token = await tokenOfNow()
      for (let i = 0; i < 5; i++) expect(await run(AbortSignal.abort())).toBe('continued')
      // In the order of their names: of what was read, and of what was not.
      const [read, ahead] = [nameOf(3), nameOf(OBJECTS - 3)]
      for (const name of [read, ahead]) await deleteObject(transport, configMaps, { name, namespace: source })
      const [behind, late] = ['many-00004-added', `many-${OBJECTS}-added`]
      await add([behind, late])
      await compact(etcd as string)
      await vi.waitUntil(async () => (await statusOf(token)) === 410, { timeout: 240_000, interval: 2_000 })
      expect(await run()).toBe('finished')
      const { stored, log } = await readBackupFiles(store, 'b')
      const names = [...(stored.get('configmaps')?.keys() ?? [])]
        .filter(name => name.startsWith(`${source}/many-`))
        .sort()
      const all = [...Array.from({ length: OBJECTS }, (_, i) => nameOf(i)), late].filter(name => name !== ahead)
      expect(names).toEqual(all.map(name => `${source}/${name}`).sort())
      expect(log.map(({ msg }) => msg)).toContain(
        'The continue token has expired, going on from the same place at a newer version',
      )
      const lists = calls.filter(call => call.includes(`/${source}/configmaps?`))
      // One for each page, and one that was answered 410.
      expect(lists.length).toBeLessThanOrEqual(Math.ceil((OBJECTS + 3) / PAGE) + 1)
    }, 300_000)

    const path = (query: string) => `${resourcePath(configMaps, source)}?limit=1${query}`

    async function tokenOfNow(): Promise<string> {
      const list = await exchange(transport, { method: 'GET', path: path('') })
      return (JSON.parse(list.toString()) as { metadata: { continue: string } }).metadata.continue
    }

    async function statusOf(token: string): Promise<number> {
      const asked = exchange(transport, { method: 'GET', path: path(`&continue=${token}`) })
      return asked.then(
        () => 200,
        error => {
          if (error instanceof ApiError) return error.status
          throw error
        },
      )
    }
  })
})

interface ConfigMap {
  metadata: { name: string; managedFields: { manager: string; operation: string }[] }
  data?: Record<string, string>
}
