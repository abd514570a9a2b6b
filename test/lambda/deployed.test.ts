import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import type { Transport } from '../../lib/cluster/types.ts'
import { configMaps, listAll, openCluster, removeNamespaces } from '../e2e/helpers/cluster.ts'
import { endpoint, endToEnd } from '../e2e/helpers/environment.ts'
import { lateen } from '../e2e/helpers/lateen.ts'
import { configurationFile } from './harness/configuration.ts'
import { expectNoSecrets } from './harness/log.ts'
import { backupRecord, filledNamespace, request, restoreRecord } from './harness/objects.ts'
import type { FunctionName } from './harness/queues.ts'
import { packagedTemplate, type Timer, timersOf } from './harness/template.ts'
import { type LambdaWorld, lambdaWorld } from './harness/world.ts'

/** What `serverless deploy` made, at work: AWS' APIs are moto's, the cluster and the bucket are real. */
endToEnd('the deployed stack', () => {
  const source = `lambda-stack-${process.pid}`
  const copy = `${source}-copy`
  const spec = { includedNamespaces: [source] }
  const due = new Date('2026-11-27T03:00:00Z')
  let transport: Transport
  let world: LambdaWorld
  let timers: Timer[]
  let folder: string
  beforeAll(async () => {
    transport = await openCluster()
    world = await lambdaWorld(['first'])
    folder = await mkdtemp(join(tmpdir(), 'lateen-operator-'))
    const { buckets } = inject('deployed') ?? { buckets: { first: '', second: '' } }
    await writeFile(
      join(folder, 'lateen.yaml'),
      configurationFile(['first'], buckets, endpoint).replace(
        'kubeconfig: first.kubeconfig',
        `kubeconfig: ${process.env.KUBECONFIG}`,
      ),
    )
    timers = timersOf(await packagedTemplate(world.deployment.folder))
    await filledNamespace(transport, source, 10)
    for (const name of ['backup', 'restore', 'gc'] as const) world.queues.connect(name, world.functions[name])
  })
  afterAll(async () => {
    await world?.stop()
    await removeNamespaces(transport, [source, copy])
    await transport.close()
    await rm(folder, { recursive: true, force: true })
  })

  test('makes a backup when the timer goes off, and no second one when it does so twice', async () => {
    const timer = timerOf('Schedule')
    for (let i = 0; i < 2; i++) {
      expect(await functionOf(timer).answer(timer.eventAt(due))).toMatchObject({
        phase: 'Queued',
        name: 'daily-20261127030000',
      })
      await world.queues.empty('backup')
    }
    const record = await backupRecord(world.stores.first, 'daily-20261127030000')
    expect(record?.status.phase).toBe('Completed')
    expect(record?.status.progress?.itemsBackedUp).toBeGreaterThan(10)
  })

  test('looks at schedules when its timer goes off', async () => {
    const timer = timerOf('ScheduleList')
    expect(await functionOf(timer).answer(timer.eventAt(due))).toEqual([{ location: 'first', sent: [], problems: [] }])
  })

  test('makes a backup for the command line, which waits for it', async () => {
    const command = `backup create remote --include-namespaces ${source} --remote --wait`
    const { code, stdout, stderr } = await lateen(command, operator(), folder)
    expect([code, stderr]).toEqual([0, expect.any(String)])
    expect(stdout).toContain('Completed')
    expect(await backupRecord(world.stores.first, 'remote')).toMatchObject({ status: { phase: 'Completed' } })
  })

  test('restores by a message', async () => {
    const restore = { backupName: 'remote', namespaceMapping: { [source]: copy } }
    await world.queues.send('restore', request('Restore', 'remote-back', undefined, restore))
    await world.queues.empty('restore')
    expect(await restoreRecord(world.stores.first, 'remote-back')).toMatchObject({ status: { phase: 'Completed' } })
    expect((await listAll(transport, configMaps, copy)).map(({ metadata }) => metadata.name)).toContain('c-9')
  })

  test('deletes what has expired when the timer of the collector goes off, and nothing else', async () => {
    await world.queues.send('backup', request('Backup', 'short-lived', undefined, { ...spec, ttl: '1s' }))
    await world.queues.empty('backup')
    expect(await backupRecord(world.stores.first, 'short-lived')).toBeDefined()
    const timer = timerOf('BackupStorageLocationList')
    await functionOf(timer).answer(timer.eventAt(due))
    await world.queues.empty('gc')
    expect(await backupRecord(world.stores.first, 'short-lived')).toBeUndefined()
    expect(await backupRecord(world.stores.first, 'remote')).toBeDefined()
    expect(await world.queues.deadLetters()).toEqual([])
  })

  test('prints no secret', () => expectNoSecrets(world))

  function timerOf(kind: string): Timer {
    const timer = timers.find(each => (each.eventAt(due) as { kind: string }).kind === kind)
    if (timer === undefined) throw new Error(`no timer sends a ${kind}`)
    return timer
  }

  /** `BackupLambdaFunction` is the function `backup`. */
  function functionOf({ target }: Timer) {
    return world.functions[target.replace('LambdaFunction', '').toLowerCase() as FunctionName]
  }

  /** Whoever deployed it: moto for AWS, but the bucket. */
  function operator() {
    const { endpoint } = world.deployment
    return { AWS_ENDPOINT_URL_CLOUDFORMATION: endpoint, AWS_ENDPOINT_URL_SQS: endpoint, KUBECONFIG: undefined }
  }
})
