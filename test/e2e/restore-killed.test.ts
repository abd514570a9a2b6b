import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { exchange } from '../../lib/cluster/http/read.ts'
import { getObject, resourcePath } from '../../lib/cluster/objects.ts'
import type { Transport } from '../../lib/cluster/types.ts'
import type { RestoreAnswer } from '../../lib/jobs/restore-events.ts'
import { contents, newBucket, read, restoreJson, type TestBucket } from './helpers/bucket.ts'
import { configMaps, namespaces, openCluster, removeNamespaces } from './helpers/cluster.ts'
import { appliedConfigMaps, manyConfigMaps } from './helpers/config-maps.ts'
import type { FieldOwner } from './helpers/dump.ts'
import { endToEnd } from './helpers/environment.ts'
import { lateen, type Running, start } from './helpers/lateen.ts'
import { answerOf, invoke, restoreMessage } from './helpers/messages.ts'
import type { ResourceList } from './helpers/resource-list.ts'

const PLAIN = 200
const APPLIED = 40
/** Of the command line, and as many of the function. */
const KILLS = 3

interface ConfigMap {
  metadata: { name: string; labels?: Record<string, string>; managedFields: FieldOwner[] }
  data: Record<string, string>
}

endToEnd('a restore that is killed', () => {
  const source = `source-${process.pid}`
  const targets: string[] = []
  let transport: Transport
  let bucket: TestBucket
  /** How long after its namespace was there an undisturbed restore was at its end, in ms. */
  let span: number
  let undisturbed: ResourceList
  let original: unknown
  beforeAll(async () => {
    transport = await openCluster()
    bucket = await newBucket()
    await manyConfigMaps(transport, source, PLAIN)
    await appliedConfigMaps(transport, source, APPLIED)
    original = await objectsIn(source)
    // Who is first to make a namespace's default account, the restore or its controller, is a matter of luck.
    const backup = `backup create b --include-namespaces ${source} --exclude-resources serviceaccounts`
    expect(await lateen(backup, bucket.env)).toMatchObject({ code: 0 })
    const running = start(command('undisturbed'), bucket.env)
    await created('undisturbed')
    const began = performance.now()
    expect(await running.ended).toMatchObject({ code: 0 })
    span = performance.now() - began
    undisturbed = await restoreJson<ResourceList>(bucket, 'undisturbed', 'resource-list.json.gz')
  })
  afterAll(async () => {
    await removeNamespaces(transport, [source, ...targets])
    await transport.close()
    await bucket.store.close()
  })

  function target(name: string): string {
    const namespace = `${name}-${process.pid}`
    if (!targets.includes(namespace)) targets.push(namespace)
    return namespace
  }

  function command(name: string): string {
    return `restore create ${name} --from-backup b --namespace-mappings ${source}:${target(name)}`
  }

  async function created(name: string): Promise<void> {
    const there = () => getObject(transport, namespaces, { name: target(name) })
    await vi.waitUntil(there, { timeout: 30_000, interval: 10 })
  }

  /** What a restore is to bring back, owners and all; the labels that it adds are looked at apart. */
  async function objectsIn(namespace: string) {
    const list = await exchange(transport, { method: 'GET', path: resourcePath(configMaps, namespace) })
    const { items } = JSON.parse(list.toString()) as { items: ConfigMap[] }
    return items
      .filter(({ metadata }) => metadata.name !== 'kube-root-ca.crt')
      .map(({ metadata: { name, managedFields }, data }) => {
        const owners = managedFields.map(({ manager, operation }) => `${manager} ${operation}`)
        const fields = name.startsWith('applied-') ? managedFields.map(({ time: _, ...owner }) => owner) : []
        return { name, data, owners, fields }
      })
  }

  /** As if nothing had happened: the cluster, the counts, each item once, and nothing left over. */
  async function expectWhole(name: string, uid: string): Promise<void> {
    expect(await objectsIn(target(name))).toEqual(original)
    const record = JSON.parse((await read(bucket, `restores/${name}/velero-restore.json`)).toString())
    const items = Object.values(undisturbed).flat().length
    expect(record).toMatchObject({
      metadata: { uid },
      status: { phase: 'Completed', progress: { totalItems: items, itemsRestored: items } },
    })
    expect(record.status).not.toHaveProperty('warnings')
    const list = JSON.stringify(await restoreJson<ResourceList>(bucket, name, 'resource-list.json.gz'))
    expect(JSON.parse(list.replaceAll(target(name), target('undisturbed')))).toEqual(undisturbed)
    expect(await restoreJson(bucket, name, 'results.gz')).toEqual({ errors: {}, warnings: {} })
    const run = `metadata/lateen/runs/${uid}/`
    const left = (await contents(bucket)).map(row => row.split(' ')[0])
    expect(left.filter(key => key?.startsWith(run))).toEqual([`${run}lease.json`, `${run}outcome.json`])
  }

  /** In one of as many stretches of the run's time as there are kills. */
  async function kill(name: string, { child, ended }: Running, i: number): Promise<boolean> {
    await created(name)
    await sleep((span * (i + Math.random())) / (KILLS + 1))
    child.kill('SIGKILL')
    await ended
    return (await bucket.store.head(`restores/${name}/velero-restore.json`)) !== undefined
  }

  test(`at any of ${KILLS} moments, by command or by message: sent again, it leaves the same cluster and the same account`, async () => {
    const claimOf = async (name: string) =>
      JSON.parse((await read(bucket, `metadata/lateen/names/restores/${name}.json`)).toString())
    const again: (() => Promise<void>)[] = []
    let unfinished = 0
    for (let i = 0; i < KILLS; i++) {
      const [typed, sent] = [`typed-${i}`, `sent-${i}`]
      const ended = await kill(typed, start(command(typed), bucket.env), i)
      if (!ended) unfinished++
      const { uid } = await claimOf(typed)
      again.push(async () => {
        // What is recorded has its name; the command that made it is another one the next time.
        const outcome = await lateen(command(typed), bucket.env)
        if (ended) expect(outcome).toMatchObject({ code: 2, stderr: expect.stringContaining('already exists') })
        else expect(outcome).toMatchObject({ code: 0 })
        await expectWhole(typed, uid)
      })
      const message = restoreMessage(sent, randomUUID(), {
        backupName: 'b',
        namespaceMapping: { [source]: target(sent) },
      })
      const recorded = await kill(sent, invoke(message, bucket, 'restore'), i)
      if (!recorded) unfinished++
      again.push(async () => {
        const how = recorded ? 'acknowledged' : 'finished'
        const answer = await answerOf<RestoreAnswer>(invoke(message, bucket, 'restore'))
        expect(answer).toMatchObject({ how, phase: 'Completed' })
        await expectWhole(sent, message.metadata.uid)
      })
    }
    expect(unfinished).toBeGreaterThanOrEqual(KILLS)
    // At the same time: most of it is waiting for the leases of the dead.
    await Promise.all(again.map(each => each()))
  })
})
