import { expect, it } from 'vitest'
import { BACKUPS } from '../../../lib/bucket/record-kinds.ts'
import { recordNames } from '../../../lib/bucket/records.ts'
import { createSchedule } from '../../../lib/jobs/schedules.ts'
import { tick } from '../../../lib/jobs/tick.ts'
import { defaultBackup } from '../../../lib/velero/defaults.ts'
import { timestampedName } from '../../../lib/velero/names.ts'
import type { Backup } from '../../../lib/velero/types.ts'
import type { Schedule } from '../../../lib/velero/types-schedule.ts'
import { TestClock } from '../../helpers/clock.ts'
import { collect } from '../../helpers/collected.ts'
import { MemoryStore } from '../../helpers/memory-store.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const START = Date.parse('2026-11-22T08:20:00Z')

const schedule = (name: string, cron: string, more: { ttl?: string; retention?: string }): Schedule => ({
  kind: 'Schedule',
  apiVersion: 'velero.io/v1',
  metadata: {
    ...{ name, namespace: 'velero', uid: name },
    ...(more.retention && { annotations: { 'lateen.io/retention': more.retention } }),
  },
  spec: { schedule: cron, template: { ...(more.ttl && { ttl: more.ttl }) } },
})

/** Times without any timer, as hours since the start: half a day, a minute's worth, ten days over the end of a month. */
const OUTAGES = [
  { from: 100, to: 112 },
  { from: 1000, to: 1001 },
  { from: 3300, to: 3540 },
]
const isOut = (ms: number) => OUTAGES.some(({ from, to }) => ms >= START + from * HOUR && ms < START + to * HOUR)

/** By the calendar alone: when the run that is due at `due` begins, with the timer at 20 past each hour. */
function startOf(due: number): number {
  let start = Math.ceil((due - 20 * MINUTE) / HOUR) * HOUR + 20 * MINUTE
  while (isOut(start)) start += HOUR
  return start
}

/** All runs of a schedule until `end`: of those that begin at the same time only the last, for one makes up for all. */
function runs(isDue: (date: Date) => boolean, end: number): { due: number; start: number }[] {
  const byStart = new Map<number, number>()
  for (let hour = Math.ceil(START / HOUR) * HOUR; hour <= end; hour += HOUR)
    if (isDue(new Date(hour)) && startOf(hour) <= end) byStart.set(startOf(hour), hour)
  return [...byStart].map(([start, due]) => ({ due, start }))
}

const isHourly = () => true
const isDaily = (date: Date) => date.getUTCHours() === 3
const isMonthly = (date: Date) => date.getUTCDate() === 1 && date.getUTCHours() === 0

/** The names that are to be there at `now`, right after a collection. */
function expected(now: number): string[] {
  const hourly = runs(isHourly, now).filter(({ start }) => start + 48 * HOUR > now)
  const monthly = runs(isMonthly, now).filter(({ start }) => start + 100 * DAY > now)
  const daily = runs(isDaily, now).toReversed()
  const lastOf = (digits: number, count: number) => {
    const seen = new Map<string, { due: number }>()
    for (const run of daily) {
      const period = new Date(run.start).toISOString().slice(0, digits)
      if (!seen.has(period)) seen.set(period, run)
    }
    return [...seen.values()].slice(0, count)
  }
  const names = (schedule: string, those: { due: number }[]) =>
    those.map(({ due }) => timestampedName(schedule, new Date(due)))
  const all = [
    ...names('hourly', hourly),
    ...names('daily', [...lastOf(10, 7), ...lastOf(7, 3)]),
    ...names('monthly', monthly),
  ]
  return [...new Set(all)].sort()
}

it('over a year of schedules, outages and ticks that overlap, exactly the backups exist that should', async () => {
  const clock = new TestClock(new Date(START).toISOString())
  const store = new MemoryStore(0, clock.now)
  const open = async () => store
  const settings = { location: { name: 'default', spec: { provider: 'aws', objectStorage: { bucket: 'b' } } } }
  for (const each of [
    schedule('hourly', '0 * * * *', { ttl: '48h' }),
    schedule('daily', '0 3 * * *', { retention: 'keep-daily=7,keep-monthly=3' }),
    schedule('monthly', '@monthly', { ttl: '2400h' }),
  ])
    await createSchedule(settings, each, { now: clock.now() }, open)

  const sent: string[] = []
  const send = async (request: Backup) => {
    const { name } = request.metadata
    sent.push(name)
    const backup = defaultBackup(request, { location: 'default', now: clock.now() })
    const startTimestamp = clock.now().toISOString()
    const record = { ...backup, status: { ...backup.status, phase: 'Completed', startTimestamp } }
    await store.put(BACKUPS.recordKey(name), JSON.stringify(record), { ifNoneMatch: '*' })
  }
  const options = { schedules: [], send, now: clock.now, log: () => {} }

  for (let hour = 0; hour < 365 * 24; hour++) {
    const now = clock.now().getTime()
    if (!isOut(now)) {
      // Ticks that overlap are dear, and tell the same each time.
      const ticks = hour % 5 === 0 ? 2 : 1
      await Promise.all(Array.from({ length: ticks }, () => tick(settings, options, open)))
      if (hour % 12 === 0) {
        const collections = hour % 60 === 0 ? 2 : 1
        const results = await Promise.all(Array.from({ length: collections }, () => collect(store, { now: clock.now })))
        expect(results.flatMap(({ problems }) => problems)).toEqual([])
        const there = await Array.fromAsync(recordNames(store, BACKUPS))
        expect(there, clock.now().toISOString()).toEqual(expected(now))
      }
    }
    clock.advance(HOUR)
  }
  expect(sent.length).toBe(new Set(sent).size)
  expect(sent.length).toBe(
    [isHourly, isDaily, isMonthly].reduce((sum, is) => sum + runs(is, START + 365 * DAY - HOUR).length, 0),
  )
}, 240_000)
