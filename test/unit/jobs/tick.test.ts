import { beforeEach, describe, expect, it } from 'vitest'
import { writeOutcome } from '../../../lib/bucket/runs.ts'
import { type Ticked, type TickOptions, tick } from '../../../lib/jobs/tick.ts'
import type { ObjectStore } from '../../../lib/store/types.ts'
import type { Backup } from '../../../lib/velero/types.ts'
import type { Schedule } from '../../../lib/velero/types-schedule.ts'
import { keys } from '../../helpers/backups.ts'
import { TestClock } from '../../helpers/clock.ts'
import { guarded, Killed, killedAt } from '../../helpers/failing-store.ts'
import { MemoryStore } from '../../helpers/memory-store.ts'
import { begin, finish, LOCATION, PLACE, putSchedule, scheduleOf, storedSchedule } from '../../helpers/schedules.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

let store: MemoryStore
let clock: TestClock
let sent: Backup[]
let logged: [level: string, message: string][]
beforeEach(() => {
  store = new MemoryStore()
  clock = new TestClock('2026-11-22T02:00:00Z')
  sent = []
  logged = []
})

const options = (more: Partial<TickOptions> = {}): TickOptions => ({
  schedules: [],
  send: async backup => void sent.push(backup),
  now: clock.now,
  log: (level, message) => logged.push([level, message]),
  ...more,
})
const ticks = (more?: Partial<TickOptions>, on: ObjectStore = store): Promise<Ticked> =>
  tick(PLACE, options(more), async () => on)
const put = (schedule: Schedule) => putSchedule(store, schedule, clock.now())
const goTo = (time: string) => clock.advance(Date.parse(time) - clock.now().getTime())
const names = () => sent.map(({ metadata }) => metadata.name)
const status = async (name = 'daily') => (await storedSchedule(store, name)).status
const daily = (more: Partial<Schedule['spec']> = {}, annotations?: Record<string, string>) =>
  scheduleOf('daily', '0 3 * * *', more, annotations && { annotations })
const allowing = (cron: string) =>
  scheduleOf('daily', cron, {}, { annotations: { 'lateen.io/concurrency-policy': 'Allow' } })

describe('a schedule', () => {
  it('has its backup sent when it is due, once, and remembers for when', async () => {
    await put(daily({ template: { ttl: '24h' } }))
    expect(await ticks()).toEqual({ sent: [], problems: [] })
    goTo('2026-11-22T03:00:20Z')
    expect(await ticks()).toEqual({ sent: ['daily-20261122030000'], problems: [] })
    expect(sent[0]).toMatchObject({
      kind: 'Backup',
      metadata: { name: 'daily-20261122030000', labels: { 'velero.io/schedule-name': 'daily' } },
      spec: { ttl: '24h0m0s' },
    })
    clock.advance(MINUTE)
    await ticks()
    expect(names()).toEqual(['daily-20261122030000'])
    const stored = await storedSchedule(store, 'daily')
    expect(stored.status).toEqual({ phase: 'Enabled', lastBackup: '2026-11-22T03:00:00Z' })
    expect(stored.metadata.annotations).toBeUndefined()
  })

  it('that missed many runs makes up for them by one', async () => {
    await put(daily())
    goTo('2026-11-29T12:00:00Z')
    await ticks()
    clock.advance(MINUTE)
    await ticks()
    expect(names()).toEqual(['daily-20261129030000'])
  })

  it('is enabled by the first tick that sees it', async () => {
    await put(daily())
    await ticks()
    expect(await status()).toEqual({ phase: 'Enabled' })
  })

  it('that nobody gave a time of creation counts from the first tick', async () => {
    await store.put('metadata/lateen/schedules/daily.json', JSON.stringify(daily()))
    await ticks()
    expect((await storedSchedule(store, 'daily')).metadata).toMatchObject({
      creationTimestamp: '2026-11-22T02:00:00Z',
      uid: expect.any(String),
    })
    goTo('2026-11-22T03:00:20Z')
    await ticks()
    expect(names()).toEqual(['daily-20261122030000'])
  })

  it('is written only where something changes', async () => {
    await put(daily())
    await ticks()
    const { etag } = store.objects.get('metadata/lateen/schedules/daily.json') ?? {}
    clock.advance(MINUTE)
    await ticks()
    expect(store.objects.get('metadata/lateen/schedules/daily.json')?.etag).toBe(etag)
  })

  it('in a location that must not be written to is left alone', async () => {
    await put(daily())
    goTo('2026-11-22T03:00:20Z')
    const location = { ...LOCATION, spec: { ...LOCATION.spec, accessMode: 'ReadOnly' as const } }
    expect(await tick({ location }, options({ schedules: [daily()] }), async () => store)).toEqual({
      sent: [],
      problems: [],
    })
    expect(await status()).toEqual({})
  })
})

describe('a pause', () => {
  it('puts a run off until it ends', async () => {
    await put(daily({ paused: true }))
    goTo('2026-11-23T12:00:00Z')
    await ticks()
    expect(names()).toEqual([])
    const { metadata, spec } = await storedSchedule(store, 'daily')
    await store.put(
      'metadata/lateen/schedules/daily.json',
      JSON.stringify({ ...daily(), metadata, spec: { ...spec, paused: false } }),
    )
    await ticks()
    expect(names()).toEqual(['daily-20261123030000'])
  })

  it('that is to skip leaves out what came until its end', async () => {
    await put(daily({ paused: true, skipImmediately: true }))
    goTo('2026-11-23T12:00:00Z')
    await ticks()
    const { metadata, spec } = await storedSchedule(store, 'daily')
    expect(spec.skipImmediately).toBe(true)
    await store.put(
      'metadata/lateen/schedules/daily.json',
      JSON.stringify({ ...daily(), metadata, spec: { ...spec, paused: false } }),
    )
    await ticks()
    const resumed = await storedSchedule(store, 'daily')
    expect([resumed.spec.skipImmediately, resumed.status]).toEqual([
      false,
      { phase: 'Enabled', lastSkipped: '2026-11-23T12:00:00Z' },
    ])
    expect(names()).toEqual([])
    goTo('2026-11-24T03:00:00Z')
    await ticks()
    expect(names()).toEqual(['daily-20261124030000'])
  })
})

describe('runs at the same time', () => {
  it('are forbidden: a run waits for the end of the one before, and the last time counts', async () => {
    await put(scheduleOf('daily', '@hourly'))
    goTo('2026-11-22T03:00:10Z')
    await ticks()
    const [first] = sent as [Backup]
    await begin(store, first, clock.now())
    goTo('2026-11-22T04:00:10Z')
    await ticks()
    goTo('2026-11-22T05:30:00Z')
    await ticks()
    expect(names()).toEqual(['daily-20261122030000'])
    expect(logged).toContainEqual(['info', 'A backup is due, and waits for the end of an earlier one'])
    await finish(store, first, clock.now())
    await ticks()
    expect(names()).toEqual(['daily-20261122030000', 'daily-20261122050000'])
  })

  it('are forbidden while the message of the one before waits in a queue, but not for ever', async () => {
    await put(scheduleOf('daily', '@hourly'))
    goTo('2026-11-22T03:00:10Z')
    await ticks()
    for (let hour = 1; hour < 12; hour++) {
      clock.advance(HOUR)
      await ticks()
    }
    expect(names()).toEqual(['daily-20261122030000'])
    clock.advance(HOUR)
    await ticks()
    expect(names()).toEqual(['daily-20261122030000', 'daily-20261122150000'])
  })

  it('are forbidden beside one that was started by hand', async () => {
    await put(daily())
    const manual = { kind: 'Backup', apiVersion: 'velero.io/v1', spec: {} } as const
    const labels = { 'velero.io/schedule-name': 'daily' }
    const backup: Backup = { ...manual, metadata: { name: 'daily-20261122025900', uid: 'u-9', labels } }
    await begin(store, backup, clock.now())
    goTo('2026-11-22T03:00:10Z')
    await ticks()
    expect(names()).toEqual([])
    await finish(store, backup, clock.now())
    await ticks()
    expect(names()).toEqual(['daily-20261122030000'])
  })

  it('are none after one that failed validation, which leaves no record', async () => {
    await put(scheduleOf('daily', '@hourly'))
    goTo('2026-11-22T03:00:10Z')
    await ticks()
    const [record] = sent as [Backup]
    await begin(store, record, clock.now())
    const uid = record.metadata.uid as string
    const outcome = {
      uid,
      name: record.metadata.name,
      ended: clock.now().toISOString(),
      record,
      errors: [],
      warnings: [],
    }
    await writeOutcome(store, outcome)
    goTo('2026-11-22T04:00:10Z')
    await ticks()
    expect(names()).toEqual(['daily-20261122030000', 'daily-20261122040000'])
  })

  it('are allowed where the schedule says so', async () => {
    await put(allowing('@hourly'))
    for (const time of ['2026-11-22T03:00:10Z', '2026-11-22T04:00:10Z']) {
      goTo(time)
      await ticks()
      await begin(store, sent.at(-1) as Backup, clock.now())
    }
    expect(names()).toEqual(['daily-20261122030000', 'daily-20261122040000'])
  })

  it('takes one list of few names to know, however many backups there are', async () => {
    await put(scheduleOf('daily', '@hourly'))
    for (let day = 1; day <= 9; day++)
      for (let hour = 10; hour < 24; hour++)
        await store.put(`metadata/lateen/names/backups/daily-2026110${day}${hour}0000.json`, '{}')
    await store.put('metadata/lateen/names/backups/daily-20261122010000.json', '{}')
    goTo('2026-11-22T03:00:10Z')
    await ticks()
    await finish(store, sent[0] as Backup, clock.now())
    goTo('2026-11-22T04:00:10Z')
    const { store: counted, calls } = killedAt(store)
    await ticks({}, counted)
    expect(names()).toHaveLength(2)
    expect(calls.length).toBeLessThan(12)
    expect(calls).toContain('list metadata/lateen/names/backups/daily-202611220')
    expect(calls).not.toContainEqual(expect.stringContaining('daily-20261122010000'))
  })
})

describe('what goes wrong', () => {
  it('with a schedule that can not be meant is written into it, and mended with it', async () => {
    await put(scheduleOf('daily', '61 * * * *'))
    const answer = await ticks()
    const problem = 'invalid schedule: end of range (61) above maximum (59): 61'
    expect(answer.problems).toEqual([{ schedule: 'daily', problem }])
    expect(await status()).toEqual({ phase: 'FailedValidation', validationErrors: [problem] })
    const { etag } = store.objects.get('metadata/lateen/schedules/daily.json') ?? {}
    expect((await ticks()).problems).toHaveLength(1)
    expect(store.objects.get('metadata/lateen/schedules/daily.json')?.etag).toBe(etag)
    expect(logged.filter(([level]) => level === 'error')).toHaveLength(1)
    const { metadata, status: before } = await storedSchedule(store, 'daily')
    await store.put('metadata/lateen/schedules/daily.json', JSON.stringify({ ...daily(), metadata, status: before }))
    await ticks()
    expect(await status()).toEqual({ phase: 'Enabled' })
  })

  it('with a template for another location is a failed validation too', async () => {
    await put(daily({ template: { storageLocation: 'other' } }))
    await ticks()
    expect((await status())?.validationErrors).toEqual([expect.stringContaining('"other" not found')])
  })

  it('with one schedule delays no other', async () => {
    await put(daily())
    await put(scheduleOf('nightly', '0 3 * * *'))
    await store.put('metadata/lateen/schedules/broken.json', '{')
    goTo('2026-11-22T03:00:10Z')
    const send = async (backup: Backup) => {
      if (backup.metadata.name.startsWith('daily')) throw new Error('the queue is away')
      sent.push(backup)
    }
    expect(await ticks({ send })).toEqual({
      sent: ['nightly-20261122030000'],
      problems: expect.arrayContaining([
        { schedule: 'daily', problem: 'the queue is away' },
        { schedule: 'broken', problem: expect.stringContaining('schedules/broken.json') },
      ]),
    })
  })

  it('with sending is mended by a later tick, with the same request', async () => {
    await put(daily())
    goTo('2026-11-22T03:00:10Z')
    await ticks({ send: () => Promise.reject(new Error('throttled')) })
    clock.advance(30_000)
    await ticks()
    expect(names()).toEqual([])
    clock.advance(31_000)
    await ticks()
    clock.advance(MINUTE)
    await ticks()
    expect(names()).toEqual(['daily-20261122030000'])
  })

  it('with the location itself is thrown', async () => {
    const dead = guarded(store, what => Promise.reject(new Error(`no way to ${what}`)))
    await expect(ticks({}, dead)).rejects.toThrow('no way to list')
  })

  it('with a clock that was ahead ends when it is right again', async () => {
    await put(scheduleOf('daily', '@hourly'))
    goTo('2027-03-01T03:00:10Z')
    await ticks()
    expect(names()).toEqual(['daily-20270301030000'])
    goTo('2026-11-22T09:00:00Z')
    await ticks()
    expect(await status()).toEqual({ phase: 'Enabled', lastSkipped: '2026-11-22T09:00:00Z' })
    expect(logged.filter(([level]) => level === 'warn')).toHaveLength(1)
    goTo('2026-11-22T10:00:10Z')
    await ticks()
    expect(names()).toEqual(['daily-20270301030000', 'daily-20261122100000'])
  })

  it('with clocks that differ by minutes is nothing', async () => {
    await put(daily())
    goTo('2026-11-22T03:00:10Z')
    await ticks()
    goTo('2026-11-22T02:57:00Z')
    await ticks()
    goTo('2026-11-22T03:01:00Z')
    await ticks()
    expect(names()).toEqual(['daily-20261122030000'])
    expect(logged.filter(([level]) => level === 'warn')).toEqual([])
  })
})

describe('ticks that overlap', () => {
  it('send a run once', async () => {
    for (const name of ['a', 'b', 'c']) await put(scheduleOf(name, '0 3 * * *'))
    goTo('2026-11-22T03:00:10Z')
    const slow = {
      send: async (backup: Backup) => {
        await new Promise(setImmediate)
        sent.push(backup)
      },
    }
    const answers = await Promise.all([ticks(slow), ticks(slow), ticks(slow)])
    expect(names().sort()).toEqual(['a', 'b', 'c'].map(name => `${name}-20261122030000`))
    expect(answers.flatMap(answer => answer.problems)).toEqual([])
  })

  it('send a run once that one before them had claimed and not sent', async () => {
    await put(daily())
    goTo('2026-11-22T03:00:10Z')
    await ticks({ send: () => Promise.reject(new Error('throttled')) })
    clock.advance(2 * MINUTE)
    await Promise.all([ticks(), ticks(), ticks()])
    expect(names()).toEqual(['daily-20261122030000'])
  })

  it('do no harm to what a person changes meanwhile', async () => {
    await put(daily())
    await ticks()
    goTo('2026-11-22T03:00:10Z')
    const send = async (backup: Backup) => {
      sent.push(backup)
      const { status: _, ...now } = await storedSchedule(store, 'daily')
      const changed = { ...now, spec: { ...now.spec, paused: true }, status: await status() }
      await store.put('metadata/lateen/schedules/daily.json', JSON.stringify(changed))
    }
    expect((await ticks({ send })).problems).toEqual([])
    const stored = await storedSchedule(store, 'daily')
    expect(stored.spec.paused).toBe(true)
    expect(stored.metadata.annotations).toBeUndefined()
    clock.advance(5 * MINUTE)
    await ticks()
    expect(names()).toEqual(['daily-20261122030000'])
  })

  it('do not bring back a schedule that is deleted meanwhile', async () => {
    await put(daily())
    goTo('2026-11-22T03:00:10Z')
    const send = async () => void (await store.delete(['metadata/lateen/schedules/daily.json']))
    expect((await ticks({ send })).problems).toEqual([])
    expect(await keys(store)).toEqual([])
  })
})

describe('a tick that dies', () => {
  it('at any call to the store leaves a run that the next one sends, with the same uid', async () => {
    await put(daily())
    goTo('2026-11-22T03:00:10Z')
    await ticks()
    await finish(store, sent.pop() as Backup, clock.now())
    const before = store.copy()
    goTo('2026-11-23T03:00:10Z')
    const whole = killedAt(before.copy())
    await ticks({}, whole.store)
    const uid = sent[0]?.metadata.uid
    expect(whole.calls.length).toBeGreaterThan(5)
    for (let call = 1; call <= whole.calls.length; call++)
      for (const carriedOut of [false, true]) {
        sent = []
        store = before.copy()
        goTo('2026-11-23T03:00:10Z')
        const dying = killedAt(store, call, carriedOut)
        const died = await ticks({}, dying.store).then(
          ({ problems }) => problems.length > 0,
          error => error instanceof Killed,
        )
        expect([call, carriedOut, died]).toEqual([call, carriedOut, true])
        for (let later = 0; later < 3; later++) {
          clock.advance(2 * MINUTE)
          expect((await ticks()).problems).toEqual([])
        }
        expect(sent.length).toBeGreaterThanOrEqual(1)
        expect(sent.length).toBeLessThanOrEqual(2)
        expect(new Set(sent.map(({ metadata }) => metadata.uid))).toEqual(new Set([uid]))
        expect((await storedSchedule(store, 'daily')).metadata.annotations).toBeUndefined()
        expect((await status())?.lastBackup).toBe('2026-11-23T03:00:00Z')
      }
  })
})
