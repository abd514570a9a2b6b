import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { SQSBatchResponse } from 'aws-lambda'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Transport } from '../../lib/cluster/types.ts'
import type { BackupAnswer } from '../../lib/jobs/backup-events.ts'
import { readArchive } from '../helpers/archive.ts'
import { storedObjects } from './helpers/archive.ts'
import { contents, newBucket, read, type TestBucket } from './helpers/bucket.ts'
import { configMaps, listAll, openCluster, removeNamespaces } from './helpers/cluster.ts'
import { manyConfigMaps } from './helpers/config-maps.ts'
import { endToEnd } from './helpers/environment.ts'
import { lateen, start } from './helpers/lateen.ts'
import { answerOf, backupMessage, invoke, queued } from './helpers/messages.ts'

/** Enough for a run to take longer than its start, and for checkpoints between uploads. */
const OBJECTS = 2_000
const KILLS = 8

endToEnd('the backup function, told more than once', () => {
  const namespace = `many-${process.pid}`
  const spec = { includedNamespaces: [namespace] }
  let transport: Transport
  let bucket: TestBucket
  let expected: string[]
  beforeAll(async () => {
    transport = await openCluster()
    bucket = await newBucket()
    await manyConfigMaps(transport, namespace, OBJECTS)
    expected = (await listAll(transport, configMaps, namespace)).map(({ metadata }) => metadata.name).sort()
  })
  afterAll(async () => {
    await removeNamespaces(transport, [namespace])
    await transport.close()
    await bucket.store.close()
  })

  /** One backup of that name, with every object once, and nothing left over. */
  async function expectWhole(name: string, uid: string): Promise<void> {
    const record = JSON.parse((await read(bucket, `backups/${name}/velero-backup.json`)).toString())
    expect(record).toMatchObject({ metadata: { uid }, status: { phase: 'Completed' } })
    const entries = await readArchive(await read(bucket, `backups/${name}/${name}.tar.gz`))
    expect(new Set(entries.map(entry => entry.name)).size).toBe(entries.length)
    const stored = storedObjects(entries)
    const names = stored.filter(({ type }) => type === 'configmaps').map(object => object.name)
    expect(names.sort()).toEqual(expected)
    expect(record.status.progress).toEqual({ totalItems: stored.length, itemsBackedUp: stored.length })
    const left = (await contents(bucket)).map(row => row.split(' ')[0])
    const run = `metadata/lateen/runs/${uid}/`
    expect(left.filter(key => key?.startsWith(run))).toEqual([`${run}lease.json`, `${run}outcome.json`])
    for await (const upload of bucket.store.listUploads()) expect(upload.key).not.toContain(`backups/${name}/`)
  }

  test('by two direct calls at once: one makes the backup, the other waits for it', async () => {
    const uid = randomUUID()
    const message = backupMessage('at-once', uid, spec)
    const answers = await Promise.all([1, 2].map(() => answerOf<BackupAnswer>(invoke(message, bucket))))
    expect(answers.map(({ how, phase, uid }) => [how, phase, uid]).sort()).toEqual([
      ['acknowledged', 'Completed', uid],
      ['finished', 'Completed', uid],
    ])
    await expectWhole('at-once', uid)
  })

  test('by two messages at once: one makes the backup, the other comes back and is then acknowledged', async () => {
    const uid = randomUUID()
    const event = queued(backupMessage('at-once-queued', uid, spec))
    const answers = await Promise.all([1, 2].map(() => answerOf<SQSBatchResponse>(invoke(event, bucket))))
    const failures = answers.map(answer => answer.batchItemFailures)
    expect(failures).toContainEqual([])
    await expectWhole('at-once-queued', uid)
    const before = await contents(bucket)
    expect(await answerOf(invoke(event, bucket))).toEqual({ batchItemFailures: [] })
    expect(await contents(bucket)).toEqual(before)
  })

  test('under a name that another request has: refused, and nothing is written', async () => {
    const before = await contents(bucket)
    const event = queued(backupMessage('at-once', randomUUID(), spec))
    expect(await answerOf(invoke(event, bucket))).toEqual({ batchItemFailures: [{ itemIdentifier: 'm-1' }] })
    expect(await contents(bucket)).toEqual(before)
  })

  describe('after SIGKILL', () => {
    let whole: number
    beforeAll(async () => {
      const timed = async (name: string) => {
        const started = performance.now()
        await answerOf(invoke(backupMessage(name, randomUUID(), spec), bucket))
        return performance.now() - started
      }
      whole = Math.min(await timed('undisturbed-1'), await timed('undisturbed-2'))
    })

    test(`at any of ${KILLS} moments: a record only of what is whole, and the same message again makes the rest whole`, async () => {
      const killed: { name: string; uid: string; after: number; recorded: boolean }[] = []
      for (let i = 0; i < KILLS; i++) {
        // One somewhere in each stretch of a run's time.
        const after = whole * (0.2 + (0.8 * (i + Math.random())) / KILLS)
        const [name, uid] = [`killed-${i}`, randomUUID()]
        const { child, ended } = invoke(backupMessage(name, uid, spec), bucket)
        await sleep(after)
        child.kill('SIGKILL')
        await ended
        const recorded = (await bucket.store.head(`backups/${name}/velero-backup.json`)) !== undefined
        killed.push({ name, uid, after, recorded })
      }
      expect(killed.filter(({ recorded }) => !recorded).length).toBeGreaterThanOrEqual(KILLS / 4)
      const { stdout } = await lateen('backup get', bucket.env)
      for (const { name, recorded } of killed)
        expect(new RegExp(`^${name} +Completed `, 'm').test(stdout), name).toBe(recorded)
      const again = killed.values()
      const work = async () => {
        for (const { name, uid, after, recorded } of again) {
          const answer = await answerOf<BackupAnswer>(invoke(backupMessage(name, uid, spec), bucket))
          expect(answer, `killed after ${Math.round(after)} ms`).toMatchObject({
            how: recorded ? 'acknowledged' : 'finished',
            phase: 'Completed',
          })
          await expectWhole(name, uid)
        }
      }
      await Promise.all([work(), work()])
    }, 300_000)

    test('of the command line: the same command goes on with the backup, another is refused', async () => {
      const command = `backup create typed --include-namespaces ${namespace}`
      const { child, ended } = start(command, bucket.env)
      const claim = 'metadata/lateen/names/backups/typed.json'
      const appears = (key: string) => vi.waitUntil(() => bucket.store.head(key), { timeout: 20_000, interval: 20 })
      await appears(claim)
      const { uid } = JSON.parse((await read(bucket, claim)).toString())
      await appears(`metadata/lateen/runs/${uid}/lease.json`)
      child.kill('SIGKILL')
      await ended
      expect(await bucket.store.head('backups/typed/velero-backup.json')).toBeUndefined()
      const other = await lateen(`${command} --ttl 1h`, bucket.env)
      expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining('"typed" already exists') })
      expect(await lateen(command, bucket.env)).toMatchObject({ code: 0, stderr: expect.stringContaining('Waiting: ') })
      await expectWhole('typed', uid)
    })
  })
})
