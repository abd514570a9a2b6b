import { gzipSync } from 'node:zlib'
import { beforeEach, describe, expect, it } from 'vitest'
import { readDocument } from '../../../lib/bucket/documents.ts'
import { RESTORES } from '../../../lib/bucket/record-kinds.ts'
import { claimName } from '../../../lib/bucket/runs.ts'
import { ClockSkewError } from '../../../lib/jobs/errors.ts'
import type { GcAccount } from '../../../lib/jobs/gc-types.ts'
import { StoreError } from '../../../lib/store/types.ts'
import { keys } from '../../helpers/backups.ts'
import { TestClock } from '../../helpers/clock.ts'
import { collect, putBackup, putRestore, remaining } from '../../helpers/collected.ts'
import { guarded, Killed, killedAt } from '../../helpers/failing-store.ts'
import { MemoryStore } from '../../helpers/memory-store.ts'
import { restoreOf } from '../../helpers/world.ts'

const PAST = '2026-11-20T00:00:00Z'
const FUTURE = '2026-12-20T00:00:00Z'

let clock: TestClock
let store: MemoryStore
beforeEach(() => {
  clock = new TestClock()
  store = new MemoryStore(0, clock.now)
})

const run = (options: Parameters<typeof collect>[1] = {}, of = store) => collect(of, { now: clock.now, ...options })

describe('a collection', () => {
  it('deletes what has expired with the restores from it, keeps the rest, and says why', async () => {
    await putBackup(store, 'old', { expiration: PAST })
    await putBackup(store, 'new', { expiration: FUTURE })
    await putRestore(store, 'r-old', 'old')
    await putRestore(store, 'r-new', 'new')
    const result = await run()
    expect(result).toMatchObject({ how: 'finished', kept: 1, problems: [] })
    expect(result.deleted).toEqual([
      { kind: 'backup', name: 'old', reason: 'it expired at 2026-11-20T00:00:00.000Z', removed: 5 },
    ])
    expect(result.decisions.map(({ name, keep }) => [name, keep])).toEqual([
      ['new', true],
      ['old', false],
    ])
    expect((await remaining(store)).map(key => key.split('/').slice(0, 2).join('/'))).toEqual([
      ...['backups/new', 'backups/new', 'backups/new', 'restores/r-new', 'restores/r-new'],
    ])
  })

  it('does nothing more a second time', async () => {
    await putBackup(store, 'old', { expiration: PAST })
    await run()
    const before = await remaining(store)
    expect(await run()).toMatchObject({ how: 'finished', deleted: [], problems: [] })
    expect(await remaining(store)).toEqual(before)
  })

  it('leaves an account of itself, and removes those of over a month ago', async () => {
    await putBackup(store, 'old', { expiration: PAST })
    await run()
    const [key = ''] = await keys(store, 'metadata/lateen/gc/')
    const account = (await readDocument<GcAccount>(store, key))?.value
    expect(account).toMatchObject({ location: 'default', kept: 0, deleted: [{ name: 'old' }] })
    clock.advance(31 * 86_400_000)
    await run()
    const accounts = await keys(store, 'metadata/lateen/gc/')
    expect(accounts).toHaveLength(1)
    expect(accounts).not.toContain(key)
  })

  it('as a dry run decides the same and writes nothing', async () => {
    await putBackup(store, 'old', { expiration: PAST })
    const before = await keys(store)
    const { how, decisions, deleted } = await run({ dryRun: true })
    expect({ how, deleted }).toEqual({ how: 'dry-run', deleted: [] })
    expect(decisions).toEqual([{ name: 'old', keep: false, reasons: ['it expired at 2026-11-20T00:00:00.000Z'] }])
    expect(await keys(store)).toEqual(before)
  })

  it('of a read-only location writes nothing, and says so of each backup', async () => {
    await putBackup(store, 'old', { expiration: PAST })
    const before = await keys(store)
    const { decisions } = await run({ accessMode: 'ReadOnly' })
    expect(decisions).toEqual([{ name: 'old', keep: true, reasons: ['the location default is read-only'] }])
    expect(await keys(store)).toEqual(before)
  })

  it('takes restores by Velero, which leave no record, by their log', async () => {
    await putBackup(store, 'old', { expiration: PAST })
    const line =
      'time="2026-11-19T00:00:00Z" level=info msg="starting restore of backup velero/BACKUP" restore=velero/v\n'
    for (const [name, backup] of [
      ['v1', 'old'],
      ['v2', 'other'],
    ] as const)
      await store.put(`restores/${name}/restore-${name}-logs.gz`, gzipSync(line.replace('BACKUP', backup)))
    await run()
    expect(await remaining(store)).toEqual(['restores/v2/restore-v2-logs.gz'])
  })

  it('touches nothing outside the layout', async () => {
    await putBackup(store, 'old', { expiration: PAST })
    const others = ['kopia/x', 'metadata/revision', 'backups/half/half.tar.gz', 'backups/old2/x', 'backups-of-mine/y']
    for (const key of others) await store.put(key, 'x')
    const { foreign } = await run()
    expect(await remaining(store)).toEqual(others.sort())
    expect(foreign).toEqual(['backups/half/', 'backups/old2/'])
  })

  it('keeps a record that it cannot read, and tells of it', async () => {
    await putBackup(store, 'old', { expiration: PAST })
    await store.put('backups/broken/velero-backup.json', '{')
    const { problems } = await run()
    expect(problems).toEqual([expect.stringContaining('backups/broken/velero-backup.json')])
    expect(await remaining(store)).toEqual(['backups/broken/velero-backup.json'])
  })

  it('decides by the policy of the location, and by that under which a schedule made its backups', async () => {
    for (const day of [1, 2, 3]) {
      const started = `2026-11-0${day}T00:00:00Z`
      await putBackup(store, `manual-${day}`, { started })
      await putBackup(store, `daily-${day}`, { started, schedule: 'daily', retention: 'keep-last=2' })
    }
    await run({ retention: 'keep-last=1' })
    const left = (await remaining(store)).map(key => key.split('/')[1])
    expect([...new Set(left)]).toEqual(['daily-2', 'daily-3', 'manual-3'])
  })

  it('lets nothing go by a policy that cannot be read', async () => {
    await putBackup(store, 'daily-1', { schedule: 'daily', retention: 'keep-daly=1', expiration: PAST })
    const { problems, deleted } = await run()
    expect(deleted).toEqual([])
    expect(problems).toEqual([expect.stringContaining('did you mean keep-daily?')])
  })

  it('lets none of the backups go whose schedule cannot be read', async () => {
    await putBackup(store, 'daily-1', { schedule: 'daily', expiration: PAST })
    await putBackup(store, 'manual', { expiration: PAST })
    await store.put('metadata/lateen/schedules/daily.json', '{')
    const { problems, deleted } = await run()
    expect(deleted.map(({ name }) => name)).toEqual(['manual'])
    expect(problems).toEqual([expect.stringContaining('all backups of this schedule stay')])
  })

  it('leaves a backup to a restore that has begun since it looked', async () => {
    await putBackup(store, 'read', { expiration: PAST })
    await putBackup(store, 'old', { expiration: PAST })
    const request = restoreOf('r', { backupName: 'read' }, { uid: 'uid-r' })
    const late = guarded(store, async (what, call) => {
      if (what === 'put metadata/lateen/deletions/backups/read.json')
        await claimName(store, RESTORES, request, 'uid-r', clock.now())
      return call()
    })
    const { problems, deleted } = await collect(late, { now: clock.now })
    expect({ problems, deleted: deleted.map(({ name }) => name) }).toEqual({ problems: [], deleted: ['old'] })
    expect((await remaining(store)).map(key => key.split('/').slice(0, 3).join('/'))).toEqual([
      ...['.tar.gz', '-logs.gz'].map(file => `backups/read/read${file}`).sort(),
      'backups/read/velero-backup.json',
      'metadata/lateen/names',
    ])
  })

  it('takes no restore along that is from a backup of that name in another location', async () => {
    await putBackup(store, 'old', { expiration: PAST })
    await putRestore(store, 'ours', 'old')
    await putRestore(store, 'theirs', 'old', { 'lateen.io/backup-location': 'prod' })
    const elsewhere = { backup: 'old', elsewhere: 'prod' }
    const request = restoreOf('reading', { backupName: 'old' }, { uid: 'uid-r' })
    await claimName(store, RESTORES, request, 'uid-r', clock.now(), elsewhere)
    expect((await run()).deleted.map(({ name }) => name)).toEqual(['old'])
    const left = (await remaining(store)).map(key => key.split('/').slice(0, 2).join('/'))
    expect(left).toEqual(['metadata/lateen', 'restores/theirs', 'restores/theirs'])
  })

  it('refuses to decide where its clock and that of the store differ', async () => {
    await putBackup(store, 'new', { expiration: FUTURE })
    const ahead = () => new Date(clock.now().getTime() + 400 * 86_400_000)
    await expect(run({ now: ahead })).rejects.toThrow(ClockSkewError)
    expect(await remaining(store)).toHaveLength(3)
  })

  it('goes on with the next where one cannot be deleted, and tries again later', async () => {
    await putBackup(store, 'a', { expiration: PAST })
    await putBackup(store, 'b', { expiration: PAST })
    const denied = guarded(store, async (what, call) => {
      if (what.startsWith('purge backups/a/velero')) throw new StoreError('denied', { code: 'AccessDenied' })
      return call()
    })
    const { problems, deleted } = await collect(denied, { now: clock.now })
    expect(problems).toEqual(['backup a: denied'])
    expect(deleted.map(({ name, problem }) => [name, problem])).toEqual(
      expect.arrayContaining([
        ['a', 'denied'],
        ['b', undefined],
      ]),
    )
    expect(await collect(denied, { now: clock.now })).toMatchObject({ problems: ['backup a: denied'] })
    expect(await run()).toMatchObject({ problems: [], deleted: [{ name: 'a' }] })
    expect(await remaining(store)).toEqual([])
  })

  it('stops at the next deletion when its time is over', async () => {
    for (let i = 0; i < 40; i++) await putBackup(store, `b${i}`, { expiration: PAST })
    const controller = new AbortController()
    let deletions = 0
    const counting = guarded(store, async (what, call) => {
      if (what.includes('velero-backup.json') && what.startsWith('purge') && ++deletions === 20) controller.abort()
      return call()
    })
    const first = await collect(counting, { now: clock.now, signal: controller.signal })
    expect(first.how).toBe('continued')
    expect(first.deleted.length).toBeLessThan(40)
    expect((await run()).how).toBe('finished')
    expect(await remaining(store)).toEqual([])
  })
})

describe('a collection whose time ends at once, again and again', () => {
  const fill = async (to: MemoryStore) => {
    for (let i = 0; i < 400; i++) {
      await putBackup(to, `b${i}`, { expiration: i % 8 === 0 ? FUTURE : PAST })
      if (i % 3 === 0) await putRestore(to, `r${i}`, `b${i}`)
    }
  }
  const denying = (inner: MemoryStore) =>
    guarded(inner, async (what, call) => {
      if (what.startsWith('purge backups/b1/velero')) throw new StoreError('denied', { code: 'AccessDenied' })
      return call()
    })
  const accounts = async (of: MemoryStore) =>
    Promise.all(
      (await keys(of, 'metadata/lateen/gc/')).map(async key => (await readDocument<GcAccount>(of, key))?.value),
    )
  const itemsOf = (filed: (GcAccount | undefined)[]) =>
    filed
      .flatMap(account => account?.deleted ?? [])
      .filter(({ problem }) => problem === undefined)
      .map(item => JSON.stringify(item))
      .sort()

  it('deletes something each time, and in over twenty what one that ran through does, whatever can not be deleted', async () => {
    const through = new MemoryStore(0, clock.now)
    await Promise.all([store, through].map(fill))
    await collect(denying(through), { now: clock.now })
    let invocations = 0
    for (let how = 'continued'; how === 'continued'; invocations++) {
      const before = (await keys(store, 'backups/')).length
      const result = await collect(denying(store), { now: clock.now, signal: AbortSignal.abort() })
      how = result.how
      if (how === 'continued') expect((await keys(store, 'backups/')).length).toBeLessThan(before)
      clock.advance(1000)
    }
    expect(invocations).toBeGreaterThan(20)
    expect(await remaining(store)).toEqual(await remaining(through))
    expect(itemsOf(await accounts(store))).toEqual(itemsOf(await accounts(through)))
    expect((await accounts(store)).at(-1)).toMatchObject({ kept: 50, problems: ['backup b1: denied'] })
  })
})

describe('what object lock keeps', () => {
  const UNTIL = new Date('2026-12-01T00:00:00Z')

  /** As a bucket with versions behaves: what is locked is hidden, and told of at each try until the lock ends. */
  const locking = (until?: Date) => lockingAt('backups/old/old.tar.gz', until)
  function lockingAt(key: string, until?: Date) {
    return {
      ...guarded(store, (_, call) => call()),
      async *purge(keyOrFolder: string) {
        yield* store.purge(keyOrFolder)
        const over = until !== undefined && clock.now() >= until
        if (!key.startsWith(keyOrFolder)) return
        const kept = { key, code: 'AccessDenied', message: 'WORM', locked: true, ...(until && { until }) }
        yield over ? { removed: 1, kept: [] } : { removed: 0, kept: [kept] }
      },
    }
  }

  it('is named once, and deleted when the lock has ended', async () => {
    await putBackup(store, 'old', { expiration: PAST })
    const first = await collect(locking(UNTIL), { now: clock.now })
    expect(first).toMatchObject({
      problems: [],
      locked: [{ key: 'backups/old/old.tar.gz', until: UNTIL.toISOString() }],
    })
    clock.advance(86_400_000)
    expect(await collect(locking(UNTIL), { now: clock.now })).toMatchObject({ deleted: [], locked: [], problems: [] })
    clock.advance(10 * 86_400_000)
    expect(await collect(locking(UNTIL), { now: clock.now })).toMatchObject({ deleted: [{ name: 'old' }], locked: [] })
    expect(await remaining(store)).toEqual([])
  })

  it('waits without harm to a restore that Velero makes under the name meanwhile', async () => {
    await putBackup(store, 'old', { expiration: PAST })
    const log = gzipSync(
      'time="2026-11-19T00:00:00Z" level=info msg="starting restore of backup velero/old" restore=velero/v\n',
    )
    await store.put('restores/v/restore-v-logs.gz', log)
    const locked = lockingAt('restores/v/restore-v-logs.gz', UNTIL)
    await collect(locked, { now: clock.now })
    expect(await keys(store, 'restores/')).toEqual([])
    await store.put('restores/v/restore-v-logs.gz', 'a later one')
    clock.advance(11 * 86_400_000)
    expect(await collect(locked, { now: clock.now })).toMatchObject({ deleted: [], problems: [] })
    expect(await remaining(store)).toEqual(['restores/v/restore-v-logs.gz'])
  })

  it('without an end, as under a legal hold, is named once and not tried for ever', async () => {
    await putBackup(store, 'old', { expiration: PAST })
    expect(await collect(locking(), { now: clock.now })).toMatchObject({ locked: [{ key: 'backups/old/old.tar.gz' }] })
    expect(await collect(locking(), { now: clock.now })).toMatchObject({ deleted: [], locked: [] })
    expect(await remaining(store)).toEqual([])
  })
})

describe('two collections at once', () => {
  it('delete nothing twice, and report no false error', async () => {
    for (let i = 0; i < 20; i++) await putBackup(store, `b${i}`, { expiration: PAST })
    const results = await Promise.all([run(), run()])
    expect(results.map(({ how }) => how).sort()).toEqual(['busy', 'finished'])
    expect(results.flatMap(({ problems }) => problems)).toEqual([])
    expect(results.flatMap(({ deleted }) => deleted)).toHaveLength(20)
    expect(await remaining(store)).toEqual([])
  })
})

describe('a collection that dies', () => {
  it.each([
    false,
    true,
  ])('at any call of the store is finished by the next (the call carried out: %s)', async carriedOut => {
    const start = async () => {
      const fresh = new MemoryStore(0, clock.now)
      await putBackup(fresh, 'old', { expiration: PAST })
      await putBackup(fresh, 'older', { expiration: PAST })
      await putBackup(fresh, 'new', { expiration: FUTURE })
      await putRestore(fresh, 'r-old', 'old')
      await putRestore(fresh, 'r-new', 'new')
      return fresh
    }
    const whole = await start()
    const counted = killedAt(whole)
    await collect(counted.store, { now: clock.now })
    const expected = await remaining(whole)
    for (let at = 1; at <= counted.calls.length; at++) {
      const fresh = await start()
      await collect(killedAt(fresh, at, carriedOut).store, { now: clock.now }).catch(error => {
        if (!(error instanceof Killed)) throw error
      })
      // Never is anything shown that is not whole.
      const left = await remaining(fresh)
      for (const key of left.filter(each => each.endsWith('/velero-backup.json')))
        expect(left.filter(each => each.startsWith(key.replace('velero-backup.json', '')))).toHaveLength(3)
      clock.advance(60_000)
      const next = await collect(fresh, { now: clock.now })
      expect(next, `after ${counted.calls[at - 1]}`).toMatchObject({ how: 'finished', problems: [] })
      expect(await remaining(fresh), `after ${counted.calls[at - 1]}`).toEqual(expected)
    }
  })
})
