import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Transport } from '../../lib/cluster/types.ts'
import type { ObjectStore } from '../../lib/store/types.ts'
import { configMaps, listAll, openCluster, removeNamespaces } from '../e2e/helpers/cluster.ts'
import { endToEnd } from '../e2e/helpers/environment.ts'
import { expectNoSecrets, logOf } from './harness/log.ts'
import { backupRecord, contentsOf, filledNamespace, readJson, request, restoreRecord } from './harness/objects.ts'
import { type LambdaWorld, lambdaWorld } from './harness/world.ts'

const OBJECTS = 30

endToEnd('a message to the deployed functions', () => {
  const source = `lambda-${process.pid}`
  const copy = `${source}-copy`
  const spec = { includedNamespaces: [source] }
  let transport: Transport
  let world: LambdaWorld
  beforeAll(async () => {
    transport = await openCluster()
    world = await lambdaWorld(['first', 'second'])
    await filledNamespace(transport, source, OBJECTS)
    for (const name of ['backup', 'restore', 'gc'] as const) world.queues.connect(name, world.functions[name])
  })
  afterAll(async () => {
    await world?.stop()
    await removeNamespaces(transport, [source, copy])
    await transport.close()
  })

  test('makes a backup, restores it, and deletes it', async () => {
    const { queues, stores } = world
    const backup = request('Backup', 'whole', 'first', spec)
    await queues.send('backup', backup)
    await queues.empty('backup')
    expect(await backupRecord(stores.first, 'whole')).toMatchObject({
      metadata: { uid: backup.metadata.uid },
      status: { phase: 'Completed' },
    })

    const restore = { backupName: 'whole', namespaceMapping: { [source]: copy } }
    await queues.send('restore', request('Restore', 'back', 'first', restore))
    await queues.empty('restore')
    expect(await restoreRecord(stores.first, 'back')).toMatchObject({ status: { phase: 'Completed' } })
    const restored = await listAll(transport, configMaps, copy)
    expect(restored.filter(({ metadata }) => metadata.name.startsWith('c-'))).toHaveLength(OBJECTS)

    const labels = { 'velero.io/backup-name': 'whole', 'velero.io/backup-uid': backup.metadata.uid }
    const metadata = { name: 'whole-delete', labels }
    await queues.send('gc', {
      kind: 'DeleteBackupRequest',
      apiVersion: 'velero.io/v1',
      metadata,
      spec: { backupName: 'whole' },
    })
    await queues.empty('gc')
    expect(await backupRecord(stores.first, 'whole')).toBeUndefined()
    expect(await queues.deadLetters()).toEqual([])
  })

  test('that comes twice at the same time makes one backup, and is acknowledged when it comes again', async () => {
    const { queues, stores, clusters, functions, sqs } = world
    // None of them is done before the other has come.
    const both = vi.waitUntil(() => sqs.delays.length > 0, { timeout: 20_000 })
    clusters.first.before = ({ url }) => (url.includes('/configmaps?') ? both : undefined)
    const backup = request('Backup', 'twice', 'first', spec)
    await Promise.all([queues.send('backup', backup), queues.send('backup', backup)])
    await queues.empty('backup')
    clusters.first.forget()
    expect(functions.backup.instances.length).toBeGreaterThan(1)
    // It was not tried again and again meanwhile.
    expect(sqs.delays).toEqual([expect.toSatisfy(seconds => seconds >= 31)])
    expect(await backupRecord(stores.first, 'twice')).toMatchObject({ status: { phase: 'Completed' } })
    expect(toldOf('twice').map(({ how }) => how)).toEqual(['finished', 'acknowledged'])

    const before = await contentsOf(stores.first)
    await queues.send('backup', backup)
    await queues.empty('backup')
    expect(toldOf('twice').map(({ how }) => how)).toEqual(['finished', 'acknowledged', 'acknowledged'])
    expect(await withoutSlots(stores.first)).toEqual(before.filter(isNoSlot))
    expect(clusters.first.seen).toEqual([])
    expect(await queues.deadLetters()).toEqual([])
  })

  test('that nobody can use goes into the dead-letter queue, with the reason', async () => {
    const { queues, stores } = world
    await Promise.all([queues.hideFor('backup', 1), queues.hideFor('gc', 1)])
    const elsewhere = { ...request('Backup', 'elsewhere', undefined, spec) }
    elsewhere.metadata.annotations = { 'lateen.io/cluster': 'third' }
    const metadata = {
      name: 'x',
      labels: { 'velero.io/backup-uid': 'u' },
      annotations: { 'lateen.io/storage-location': 'third' },
    }
    const unusable = [
      '{"kind": "Backup", ',
      request('Restore', 'wrong-kind', 'first', { backupName: 'twice' }),
      elsewhere,
      request('Backup', 'wrong-type', 'first', { ttl: 3 }),
      request('Backup', 'of-which-cluster', undefined, spec),
    ]
    const meant = request('Backup', 'not-valid', 'first', { ...spec, labelSelector: {}, orLabelSelectors: [{}] })
    for (const message of [...unusable, meant]) await queues.send('backup', message)
    await queues.send('gc', {
      kind: 'DeleteBackupRequest',
      apiVersion: 'velero.io/v1',
      metadata,
      spec: { backupName: 'b' },
    })
    await Promise.all([queues.empty('backup'), queues.empty('gc')])
    const reasons = (await queues.deadLetters()).map(({ reason }) => reason)
    expect(reasons.sort()).toEqual([
      expect.stringContaining('2 clusters are configured'),
      expect.stringContaining('kind: expected Backup or Schedule, got "Restore"'),
      expect.stringContaining('no cluster is called "third"'),
      expect.stringContaining('no location is called "third"'),
      expect.stringContaining('spec.ttl'),
      expect.stringContaining('the message is no JSON'),
    ])
    const outcome = await readJson<{ record: { status: object } }>(
      stores.first,
      `metadata/lateen/runs/${meant.metadata.uid}/outcome.json`,
    )
    expect(outcome?.record.status).toMatchObject({ phase: 'FailedValidation' })
  })

  test('is in no log line with a secret', () => expectNoSecrets(world))

  /** What the function logged at the ends of a run's invocations. */
  function toldOf(name: string): { how: string }[] {
    return logOf(world.functions.backup).filter(line => line.name === name && line.how !== undefined) as {
      how: string
    }[]
  }
})

const isNoSlot = (row: string) => !row.startsWith('metadata/lateen/slots/')
const withoutSlots = async (store: ObjectStore) => (await contentsOf(store)).filter(isNoSlot)
