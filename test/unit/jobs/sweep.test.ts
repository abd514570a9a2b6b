import { beforeEach, describe, expect, it } from 'vitest'
import { Lease } from '../../../lib/bucket/lease.ts'
import { BACKUPS, RESTORES, type Recorded, type RecordKind } from '../../../lib/bucket/record-kinds.ts'
import { readRecord } from '../../../lib/bucket/records.ts'
import { claimName, readOutcome, writeOutcome } from '../../../lib/bucket/runs.ts'
import { keys } from '../../helpers/backups.ts'
import { TestClock } from '../../helpers/clock.ts'
import { collect, putBackup, remaining } from '../../helpers/collected.ts'
import { guarded } from '../../helpers/failing-store.ts'
import { MemoryStore } from '../../helpers/memory-store.ts'
import { manifest, restoreOf } from '../../helpers/world.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

let clock: TestClock
let store: MemoryStore
beforeEach(() => {
  clock = new TestClock()
  store = new MemoryStore(0, clock.now)
})

/** A run that has begun, as its claim and lease tell; `takeovers` others have tried it since. */
async function begin<T extends Recorded>(kind: RecordKind<T>, request: T, takeovers = 0): Promise<Lease> {
  const uid = request.metadata.uid as string
  await claimName(store, kind, request, uid, clock.now())
  let lease = await Lease.acquire(store, uid, 'a', clock.now)
  for (let i = 0; i < takeovers; i++) {
    clock.advance(60_000)
    lease = await Lease.acquire(store, uid, `a${i}`, clock.now)
  }
  return lease
}

const annotations = { 'lateen.io/cluster': 'prod' }
const addressed = <T extends Recorded>(request: T): T => ({
  ...request,
  metadata: { ...request.metadata, annotations },
})
const backup = (name: string) => addressed(manifest(name, {}, `uid-${name}`))
const restore = (name: string) => addressed(restoreOf(name, { backupName: 'b' }, { uid: `uid-${name}` }))
const run = (options: Parameters<typeof collect>[1] = {}) => collect(store, { now: clock.now, ...options })

describe('a run that somebody works on', () => {
  it('is left alone, and so is one whose continuation is on its way', async () => {
    await begin(BACKUPS, backup('b'))
    expect((await run()).runs).toEqual([])
    clock.advance(60_000)
    expect((await run()).runs).toEqual([])
  })
})

describe('a run that died', () => {
  it('is queued again, by its own request', async () => {
    await begin(BACKUPS, backup('b'))
    await begin(RESTORES, restore('r'))
    clock.advance(5 * 60_000)
    const sent: Recorded[] = []
    const { runs, problems } = await run({ send: async request => sent.push(request) })
    expect(problems).toEqual([])
    expect(runs.map(({ kind, name, what }) => `${kind} ${name} ${what}`)).toEqual([
      'backup b queued',
      'restore r queued',
    ])
    expect(sent.map(({ kind, metadata }) => `${kind} ${metadata.name} ${metadata.uid}`)).toEqual([
      ...['Backup b uid-b', 'Restore r uid-r'],
    ])
  })

  it('whose request names no cluster is told of, and sent to none', async () => {
    await begin(BACKUPS, manifest('b', {}, 'uid-b'))
    clock.advance(5 * 60_000)
    expect((await run({ send: () => expect.fail() })).runs).toMatchObject([{ name: 'b', what: 'found' }])
  })

  it('is told of where there is no queue, and where nothing is to be done', async () => {
    await begin(BACKUPS, backup('b'))
    clock.advance(5 * 60_000)
    const before = await keys(store)
    expect((await run({ dryRun: true, send: () => expect.fail() })).runs).toMatchObject([{ name: 'b', what: 'found' }])
    expect(await keys(store)).toEqual(before)
    expect((await run()).runs).toMatchObject([{ name: 'b', what: 'found' }])
  })

  it.each([
    ['a day after it began', 0, DAY, 'the run had not ended 24 hours after it began, and nobody works on it'],
    [
      'after three takeovers',
      3,
      HOUR,
      'the run was taken over 3 times without making progress, and nobody works on it',
    ],
  ])('ends as Failed %s, with the reason', async (_, takeovers, age, reason) => {
    await begin(BACKUPS, backup('b'), takeovers)
    await begin(RESTORES, restore('r'), takeovers)
    await store.put('backups/b/b.tar.gz', 'half')
    await store.put('metadata/lateen/runs/uid-b/segments/1-log-0', 'x')
    clock.advance(age)
    const { runs } = await run({ send: () => expect.fail() })
    expect(runs).toMatchObject([
      { kind: 'backup', name: 'b', what: 'ended', reason },
      { kind: 'restore', name: 'r', what: 'ended', reason },
    ])
    for (const [kind, name] of [
      [BACKUPS, 'b'],
      [RESTORES, 'r'],
    ] as const) {
      const record = await readRecord(store, kind as RecordKind<Recorded>, name)
      expect(record?.metadata.uid).toBe(`uid-${name}`)
      expect(record?.status).toMatchObject({ phase: 'Failed', failureReason: reason })
      expect(await readOutcome(store, `uid-${name}`)).toMatchObject({ name })
    }
    expect(await keys(store, 'backups/b/')).not.toContain('backups/b/b.tar.gz')
    expect(await keys(store, 'metadata/lateen/runs/uid-b/')).toEqual(
      ['lease', 'outcome'].map(file => `metadata/lateen/runs/uid-b/${file}.json`),
    )
    expect((await run()).runs).toEqual([])
  })

  it('that wrote its record just before it is ended keeps its files', async () => {
    await begin(BACKUPS, backup('b'))
    clock.advance(DAY)
    const store2 = guarded(store, async (what, call) => {
      const answer = await call()
      // Behind the look for records, before the lease is taken.
      if (what === 'get metadata/lateen/names/backups/b.json') await putBackup(store, 'b')
      return answer
    })
    const { runs, problems } = await collect(store2, { now: clock.now })
    expect({ runs, problems }).toEqual({ runs: [], problems: [] })
    expect(await keys(store, 'backups/b/')).toHaveLength(3)
  })

  it('keeps the backup that it restores from', async () => {
    await putBackup(store, 'b', { expiration: '2026-11-20T00:00:00Z' })
    await begin(RESTORES, restore('r'))
    clock.advance(HOUR)
    const { decisions } = await run()
    expect(decisions).toEqual([{ name: 'b', keep: true, reasons: ['the restore r reads it'] }])
  })
})

describe('what is left of runs that ended', () => {
  async function end(name: string, phase: 'FailedValidation' | 'Completed'): Promise<void> {
    const lease = await begin(BACKUPS, backup(name))
    await lease.release()
    const record = { ...backup(name), status: { phase } }
    const ended = clock.now().toISOString()
    await writeOutcome(store, { uid: `uid-${name}`, name, ended, record, errors: [], warnings: [] })
  }

  it('stays for as long as a message may come again, and then goes, with a name that has no record', async () => {
    await end('refused', 'FailedValidation')
    await end('good', 'Completed')
    await putBackup(store, 'good', { uid: 'uid-good' })
    // Velero does not ask us for a name.
    await store.put('backups/refused/refused.tar.gz', 'by Velero')
    clock.advance(14 * DAY)
    const before = await remaining(store)
    await run()
    expect(await remaining(store)).toEqual(before)
    clock.advance(2 * DAY)
    await run()
    expect(await remaining(store)).toEqual([
      ...['backups/good/good-logs.gz', 'backups/good/good.tar.gz', 'backups/good/velero-backup.json'],
      'backups/refused/refused.tar.gz',
      'metadata/lateen/names/backups/good.json',
    ])
    await claimName(store, BACKUPS, manifest('refused', {}, 'another'), 'another', clock.now())
  })
})
