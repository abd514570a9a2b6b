import { setTimeout as sleep } from 'node:timers/promises'
import type { SQSEvent } from 'aws-lambda'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import type { Transport } from '../../lib/cluster/types.ts'
import { openCluster, removeNamespaces } from '../e2e/helpers/cluster.ts'
import { endToEnd } from '../e2e/helpers/environment.ts'
import { type Front, NEVER, type Seen } from './harness/front.ts'
import { expectNoSecrets, logOf } from './harness/log.ts'
import { backupRecord, filledNamespace, leasesEnd, request, restoreRecord } from './harness/objects.ts'
import { type LambdaWorld, lambdaWorld } from './harness/world.ts'

const OBJECTS = 100
const PAGE = 3

const isPage = ({ url }: Seen) => /\/configmaps\?/.test(url)
const isLaterPage = (seen: Seen) => isPage(seen) && seen.url.includes('continue=')

endToEnd('a function whose time ends', () => {
  const source = `lambda-deaths-${process.pid}`
  const spec = { includedNamespaces: [source], includedResources: ['configmaps'] }
  let transport: Transport
  let world: LambdaWorld
  beforeAll(async () => {
    transport = await openCluster()
    world = await lambdaWorld(['first', 'second'])
    await filledNamespace(transport, source, OBJECTS)
    for (const name of ['backup', 'restore'] as const) world.queues.connect(name, world.functions[name])
  })
  afterAll(async () => {
    await world?.stop()
    await removeNamespaces(transport, [source])
    await transport.close()
  })
  beforeEach(() => {
    slowPages(world.clusters.first)
    for (const pool of Object.values(world.functions)) pool.outcomes.length = 0
  })
  afterEach(async () => {
    world.clusters.first.forget()
    world.clusters.second.forget()
    await leasesEnd(world.stores.first)
  })

  test('goes on by messages of its own, as often as it takes', async () => {
    const { queues, stores } = world
    await timed('backup', 8)
    await queues.send('backup', request('Backup', 'in-steps', 'first', spec))
    await queues.empty('backup', 90_000)
    expect(told('in-steps').filter(({ how }) => how === 'continued').length).toBeGreaterThanOrEqual(2)
    expect(told('in-steps').filter(({ how }) => how === 'finished')).toMatchObject([{ phase: 'Completed' }])
    const { status } = (await backupRecord(stores.first, 'in-steps')) ?? {}
    expect(status?.progress?.itemsBackedUp).toBeGreaterThanOrEqual(OBJECTS)
    expect(await queues.deadLetters()).toEqual([])
  })

  test('too soon is killed, and the next one goes on from the checkpoint', async () => {
    const { queues, stores, clusters, functions } = world
    await timed('backup', 8)
    await queues.send('backup', request('Backup', 'killed', 'first', spec))
    await vi.waitUntil(() => clusters.first.seen.some(isPage), { timeout: 30_000 })
    functions.backup.timeoutMs = 4_000
    await vi.waitUntil(() => told('killed').some(({ how }) => how === 'continued'), { timeout: 30_000 })
    clusters.first.before = seen => (isPage(seen) ? NEVER : undefined)
    await died(1)
    functions.backup.timeoutMs = 60_000
    await leasesEnd(stores.first)
    clusters.first.forget()
    slowPages(clusters.first)
    await queues.empty('backup', 90_000)
    expect(await backupRecord(stores.first, 'killed')).toMatchObject({ status: { phase: 'Completed' } })
    expect(told('killed').at(-1)?.items).toBeGreaterThanOrEqual(OBJECTS)
    // Not from the beginning.
    expect(clusters.first.seen.filter(isPage).every(isLaterPage)).toBe(true)
    expect(await queues.deadLetters()).toEqual([])
  })

  test('three times without any progress is recorded as Failed, and its message put aside, both with the reason', async () => {
    const { queues, stores, clusters, functions } = world
    await timed('backup', 3)
    clusters.first.before = seen => (isPage(seen) ? NEVER : undefined)
    const message = request('Backup', 'deadly', 'first', spec)
    await queues.send('backup', message)
    for (let deaths = 1; deaths <= 3; deaths++) {
      await died(deaths)
      if (deaths === 3) functions.backup.timeoutMs = 60_000
      await leasesEnd(stores.first)
    }
    await queues.empty('backup')
    const record = await backupRecord(stores.first, 'deadly')
    expect(record?.status).toMatchObject({ phase: 'Failed', failureReason: expect.stringContaining('3 times') })
    const [letter, ...others] = await queues.deadLetters()
    expect(letter?.reason).toBe(record?.status.failureReason)
    expect(JSON.parse(letter?.body ?? '')).toMatchObject({ metadata: { uid: message.metadata.uid } })
    expect(others).toEqual([])
  })

  test('at each reception, before anything is known of the run, has its message put aside with what is known', async () => {
    const { queues, stores, functions, clusters } = world
    await timed('backup', 60)
    await queues.send('backup', request('Backup', 'to-restore', 'second', spec))
    await queues.empty('backup')
    await timed('restore', 1)
    functions.restore.timeoutMs = event => (receptionOf(event as SQSEvent) > 8 ? 60_000 : 1_000)
    clusters.second.before = () => NEVER
    await queues.send('restore', request('Restore', 'never-begun', 'second', { backupName: 'to-restore' }))
    await queues.empty('restore', 100_000)
    expect((await queues.deadLetters()).map(({ reason }) => reason)).toEqual([
      expect.stringContaining('it came 8 times'),
    ])
    const [last, ...others] = functions.restore.outcomes.map(({ how }) => how).reverse()
    expect([last, new Set(others)]).toEqual(['answered', new Set(['timedOut'])])
    expect(await restoreRecord(stores.second, 'never-begun')).toBeUndefined()
  })

  test('prints no secret', () => expectNoSecrets(world))

  const told = (name: string) =>
    logOf(world.functions.backup).filter(line => line.name === name && line.how !== undefined)

  /** Gives invocations so many seconds. A message is not seen again meanwhile; they may have to be started first. */
  async function timed(name: 'backup' | 'restore', seconds: number): Promise<void> {
    world.functions[name].timeoutMs = seconds * 1000
    await world.queues.hideFor(name, seconds + 3)
  }

  /** Done when so many of a test's invocations were killed. */
  async function died(times: number): Promise<void> {
    const count = () => world.functions.backup.outcomes.filter(({ how }) => how === 'timedOut').length
    await vi.waitUntil(() => count() >= times, { timeout: 100_000 })
  }
})

const receptionOf = ({ Records: [record] }: SQSEvent) => Number(record?.attributes.ApproximateReceiveCount)

/** Many pages, each of which takes a while: a large cluster. */
function slowPages(front: Front): void {
  front.rewrite = url => url.replace(/\blimit=\d+/, `limit=${PAGE}`)
  front.before = seen => (isPage(seen) ? sleep(400) : undefined)
}
