import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import type { Transport } from '../../lib/cluster/types.ts'
import { LOCATION_ANNOTATION } from '../../lib/velero/annotations.ts'
import { openCluster, removeNamespaces } from '../e2e/helpers/cluster.ts'
import { endToEnd } from '../e2e/helpers/environment.ts'
import { type Front, NEVER, type Seen } from './harness/front.ts'
import { expectNoSecrets, logOf } from './harness/log.ts'
import { backupRecord, filledNamespace, leasesEnd, request, restoreRecord } from './harness/objects.ts'
import type { FunctionPool } from './harness/pool.ts'
import { type LambdaWorld, lambdaWorld } from './harness/world.ts'

const OBJECTS = 100
const PAGE = 4
const TIMEOUT_MS = 5_000
/** How long a message that was received is not seen again: longer than an invocation takes, with its start. In s. */
const HIDDEN = 9

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
    for (const name of ['backup', 'restore'] as const) {
      world.queues.connect(name, world.functions[name])
      world.functions[name].timeoutMs = TIMEOUT_MS
    }
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
    const { queues, stores, functions } = world
    await queues.send('backup', request('Backup', 'in-steps', 'first', spec))
    await queues.empty('backup')
    const told = logOf(functions.backup).filter(({ name, how }) => name === 'in-steps' && how !== undefined)
    expect(told.filter(({ how }) => how === 'continued').length).toBeGreaterThanOrEqual(2)
    expect(told.at(-1)).toMatchObject({ how: 'finished', phase: 'Completed' })
    expect(functions.backup.outcomes.map(({ how }) => how)).not.toContain('timedOut')
    const { status } = (await backupRecord(stores.first, 'in-steps')) ?? {}
    expect(status?.progress?.itemsBackedUp).toBeGreaterThanOrEqual(OBJECTS)
    expect(await queues.deadLetters()).toEqual([])
  })

  test('too soon is killed, and the next one goes on from the checkpoint', async () => {
    const { queues, stores, functions, clusters } = world
    await queues.hideFor('backup', HIDDEN)
    await queues.send('backup', request('Backup', 'killed', 'first', spec))
    await vi.waitUntil(() => told('killed').some(({ how }) => how === 'continued'), { timeout: 30_000 })
    clusters.first.before = seen => (isPage(seen) ? NEVER : undefined)
    await died(functions.backup, 1)
    await leasesEnd(stores.first)
    clusters.first.forget()
    slowPages(clusters.first)
    await queues.empty('backup')
    expect(await backupRecord(stores.first, 'killed')).toMatchObject({ status: { phase: 'Completed' } })
    expect(told('killed').at(-1)?.items).toBeGreaterThanOrEqual(OBJECTS)
    // Not from the beginning.
    expect(clusters.first.seen.filter(isPage).every(isLaterPage)).toBe(true)
    expect(await queues.deadLetters()).toEqual([])
  })

  test('three times without any progress is recorded as Failed, and its message put aside, both with the reason', async () => {
    const { queues, stores, functions, clusters } = world
    clusters.first.before = seen => (isPage(seen) ? NEVER : undefined)
    const message = request('Backup', 'deadly', 'first', spec)
    await queues.send('backup', message)
    for (let deaths = 1; deaths <= 3; deaths++) {
      await died(functions.backup, deaths)
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
    functions.restore.timeoutMs = 1_000
    await queues.hideFor('restore', 3)
    clusters.second.before = () => NEVER
    const restore = request('Restore', 'never-begun', 'second', { backupName: 'in-steps' })
    restore.metadata.annotations[LOCATION_ANNOTATION] = 'first'
    await queues.send('restore', restore)
    await queues.empty('restore', 100_000)
    console.log(functions.restore.outcomes.map(o => [o.how, o.lines]))
    expect(functions.restore.outcomes.filter(({ how }) => how === 'timedOut')).toHaveLength(8)
    expect(await restoreRecord(stores.first, 'never-begun')).toBeUndefined()
    expect((await queues.deadLetters()).map(({ reason }) => reason)).toEqual([expect.stringContaining('it came 8 times')])
  })

  test('prints no secret', () => expectNoSecrets(world))

  const told = (name: string) => logOf(world.functions.backup).filter(line => line.name === name && line.how !== undefined)

  /** Done when so many of a test's invocations were killed. */
  async function died(pool: FunctionPool, times: number): Promise<void> {
    const count = () => pool.outcomes.filter(({ how }) => how === 'timedOut').length
    await vi.waitUntil(() => count() >= times, { timeout: 60_000 })
  }
})

/** Many pages, each of which takes a while: a large cluster. */
function slowPages(front: Front): void {
  front.rewrite = url => url.replace(/\blimit=\d+/, `limit=${PAGE}`)
  front.before = seen => (isPage(seen) ? sleep(400) : undefined)
}
