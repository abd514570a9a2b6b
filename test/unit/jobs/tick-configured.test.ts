import { beforeEach, describe, expect, it } from 'vitest'
import { tick } from '../../../lib/jobs/tick.ts'
import type { Schedule } from '../../../lib/velero/types-schedule.ts'
import { keys } from '../../helpers/backups.ts'
import { TestClock } from '../../helpers/clock.ts'
import { MemoryStore } from '../../helpers/memory-store.ts'
import { PLACE, putSchedule, scheduleOf, storedSchedule } from '../../helpers/schedules.ts'

let store: MemoryStore
let clock: TestClock
let sent: string[]
let logged: string[]
beforeEach(() => {
  store = new MemoryStore()
  clock = new TestClock('2026-11-22T02:00:00Z')
  sent = []
  logged = []
})

const ticks = (...schedules: Schedule[]) =>
  tick(
    PLACE,
    {
      schedules,
      send: async ({ metadata }) => void sent.push(metadata.name),
      now: clock.now,
      log: (_, message) => logged.push(message),
    },
    async () => store,
  )
const goTo = (time: string) => clock.advance(Date.parse(time) - clock.now().getTime())
const nightly = (spec: Partial<Schedule['spec']> = {}, metadata: Partial<Schedule['metadata']> = {}) =>
  scheduleOf('nightly', '0 3 * * *', spec, metadata)
const stored = () => storedSchedule(store, 'nightly')

describe('a schedule of lateen.yaml', () => {
  it('is made in the location, and runs from then on', async () => {
    expect(await ticks(nightly({ template: { ttl: '24h' } }))).toEqual({ sent: [], problems: [] })
    expect(await stored()).toMatchObject({
      metadata: {
        namespace: 'velero',
        creationTimestamp: '2026-11-22T02:00:00Z',
        annotations: { 'lateen.io/source': 'config' },
      },
      status: { phase: 'Enabled' },
    })
    goTo('2026-11-22T03:00:20Z')
    await ticks(nightly({ template: { ttl: '24h' } }))
    await ticks(nightly({ template: { ttl: '24h' } }))
    expect(sent).toEqual(['nightly-20261122030000'])
  })

  it('is made once by ticks that overlap', async () => {
    const answers = await Promise.all([ticks(nightly()), ticks(nightly())])
    expect(answers.flatMap(({ problems }) => problems)).toEqual([])
    expect(await keys(store)).toEqual(['metadata/lateen/schedules/nightly.json'])
  })

  it('is changed as lateen.yaml changes, and goes on from its last run', async () => {
    await ticks(nightly({ template: { ttl: '24h' } }, { labels: { a: '1' } }))
    goTo('2026-11-22T03:00:20Z')
    await ticks(nightly({ template: { ttl: '24h' } }, { labels: { a: '1' } }))
    const { metadata } = await stored()
    const changed = nightly(
      { schedule: '0 4 * * *', paused: true },
      { annotations: { 'lateen.io/retention': 'keep-last=3' } },
    )
    await ticks(changed)
    expect(await stored()).toMatchObject({
      metadata: {
        uid: metadata.uid,
        creationTimestamp: metadata.creationTimestamp,
        annotations: { 'lateen.io/source': 'config', 'lateen.io/retention': 'keep-last=3' },
      },
      spec: { schedule: '0 4 * * *', paused: true },
      status: { phase: 'Enabled', lastBackup: '2026-11-22T03:00:00Z' },
    })
    expect((await stored()).metadata.labels).toBeUndefined()
    expect((await stored()).spec.template.ttl).toBe('0s')
  })

  it('is written only where something changes', async () => {
    const full = nightly(
      { template: { ttl: '24h', includedNamespaces: ['a'] }, paused: false, skipImmediately: true },
      { labels: { a: '1' }, annotations: { 'lateen.io/concurrency-policy': 'Allow' } },
    )
    await ticks(full)
    await ticks(full)
    const { etag } = store.objects.get('metadata/lateen/schedules/nightly.json') ?? {}
    await ticks(full)
    expect(store.objects.get('metadata/lateen/schedules/nightly.json')?.etag).toBe(etag)
  })

  it('skips one run when it is let go on, and not for ever', async () => {
    await ticks(nightly({ paused: true }))
    goTo('2026-11-23T12:00:00Z')
    const skipping = nightly({ skipImmediately: true })
    await ticks(skipping)
    expect((await stored()).status?.lastSkipped).toBe('2026-11-23T12:00:00Z')
    for (const time of ['2026-11-24T03:00:10Z', '2026-11-24T03:01:10Z']) {
      goTo(time)
      await ticks(skipping)
    }
    expect(sent).toEqual(['nightly-20261124030000'])
  })

  it('keeps a run that was claimed and not sent', async () => {
    await ticks(nightly())
    goTo('2026-11-22T03:00:10Z')
    const away = { send: () => Promise.reject(new Error('away')), now: clock.now, log: () => {} }
    await tick(PLACE, { schedules: [nightly()], ...away }, async () => store)
    clock.advance(2 * 60_000)
    await ticks(nightly({ schedule: '0 5 * * *' }))
    expect(sent).toEqual(['nightly-20261122030000'])
    expect((await stored()).spec.schedule).toBe('0 5 * * *')
  })

  it('that is gone from there is not run any more', async () => {
    await ticks(nightly())
    goTo('2026-11-22T03:00:10Z')
    expect(await ticks()).toEqual({ sent: [], problems: [] })
    expect(logged).toEqual(['The schedule came from lateen.yaml, which has it no more: delete it'])
  })

  it('gives way to one of its name that was made otherwise', async () => {
    await putSchedule(store, scheduleOf('nightly', '0 4 * * *'), clock.now())
    goTo('2026-11-22T04:00:10Z')
    const { problems } = await ticks(nightly())
    expect(sent).toEqual(['nightly-20261122040000'])
    expect(problems).toEqual([{ schedule: 'nightly', problem: expect.stringContaining('that one counts') }])
    expect((await stored()).spec.schedule).toBe('0 4 * * *')
  })

  it('for another location is made, and tells why it does not run', async () => {
    const { problems } = await ticks(nightly({ template: { storageLocation: 'other' } }))
    expect(problems).toEqual([{ schedule: 'nightly', problem: expect.stringContaining('"other" not found') }])
    expect((await stored()).status?.phase).toBe('FailedValidation')
  })
})
