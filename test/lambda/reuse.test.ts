import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Transport } from '../../lib/cluster/types.ts'
import type { ObjectStore } from '../../lib/store/types.ts'
import { storedObjects } from '../e2e/helpers/archive.ts'
import { openCluster, removeNamespaces } from '../e2e/helpers/cluster.ts'
import { endToEnd } from '../e2e/helpers/environment.ts'
import { readArchive } from '../helpers/archive.ts'
import type { Side } from './harness/configuration.ts'
import { expectNoSecrets } from './harness/log.ts'
import { backupRecord, filledNamespace, readBytes, request } from './harness/objects.ts'
import { type LambdaWorld, lambdaWorld } from './harness/world.ts'

endToEnd('an instance that is used again', () => {
  const names = { first: `lambda-one-${process.pid}`, second: `lambda-two-${process.pid}` }
  let transport: Transport
  let world: LambdaWorld
  beforeAll(async () => {
    transport = await openCluster()
    world = await lambdaWorld(['first', 'second'])
    await Promise.all(Object.values(names).map(name => filledNamespace(transport, name, 5)))
  })
  afterAll(async () => {
    await world?.stop()
    await removeNamespaces(transport, Object.values(names))
    await transport.close()
  })

  test("knows nothing of the cluster that it worked for before: not its objects, its credentials, nor its location's", async () => {
    await backUp('first', 'of-first')
    const { pid } = onlyInstance()
    const printed = world.functions.backup.lines.length
    for (const front of [world.clusters.first, world.clusters.second, world.s3]) front.forget()
    await backUp('second', 'of-second')
    expect(onlyInstance().pid).toBe(pid)

    expect(world.clusters.first.seen).toEqual([])
    const tokens = new Set(world.clusters.second.seen.map(({ authorization }) => authorization))
    expect([...tokens]).toEqual([`Bearer ${world.tokens.second}`])
    const keys = new Set(world.s3.seen.map(({ authorization }) => /Credential=([^/]+)/.exec(authorization)?.[1]))
    expect([...keys]).toEqual([world.credentials.second.accessKeyId])
    expect(await namespacesIn(world.stores.second, 'of-second')).toEqual([names.second])
    expect(await backupRecord(world.stores.first, 'of-second')).toBeUndefined()
    const later = world.functions.backup.lines.slice(printed).join('\n')
    expect(later).toContain('of-second')
    expect(later).not.toMatch(new RegExp(`of-first|${names.first}|"cluster":"first"`))
  })

  test('finds the connections closed that it left open, and works all the same', async () => {
    const { pid } = onlyInstance()
    for (let i = 0; i < 3; i++) {
      for (const front of [world.clusters.first, world.s3]) front.closeConnections()
      await backUp('first', `thawed-${i}`)
    }
    expect(onlyInstance().pid).toBe(pid)
  })

  test('has not more open files and sockets than at first, and less memory than it may', async () => {
    const event = { Records: [] }
    for (let i = 0; i < 3; i++) await backUp('first', `early-${i}`)
    const { descriptors } = onlyInstance()
    for (let i = 0; i < 8; i++) await backUp('first', `late-${i}`)
    await world.functions.backup.answer(event)
    expect(onlyInstance().descriptors).toBeLessThanOrEqual(descriptors + 2)
    expect(onlyInstance().peakMb).toBeLessThan(world.functions.backup.fn.memoryMb)
  })

  test('prints no secret', () => expectNoSecrets(world))

  function onlyInstance() {
    const [instance, ...others] = world.functions.backup.instances
    if (instance === undefined || others.length > 0) throw new Error('there is not one instance')
    return instance
  }

  /** As its queue would. */
  async function backUp(side: Side, name: string): Promise<void> {
    const body = JSON.stringify(request('Backup', name, side, { includedNamespaces: [names[side]] }))
    const record = { messageId: name, receiptHandle: 'r', body, eventSource: 'aws:sqs', attributes: {} }
    expect(await world.functions.backup.answer({ Records: [record] })).toEqual({ batchItemFailures: [] })
    expect(await backupRecord(world.stores[side], name)).toMatchObject({ status: { phase: 'Completed' } })
  }

  async function namespacesIn(store: ObjectStore, name: string): Promise<string[]> {
    const entries = await readArchive(await readBytes(store, `backups/${name}/${name}.tar.gz`))
    return [...new Set(storedObjects(entries).flatMap(({ namespace }) => namespace ?? []))]
  }
})
