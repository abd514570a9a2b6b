import { describe, expect, it } from 'vitest'
import { tick } from '../../../lib/jobs/tick.ts'
import type { Backup } from '../../../lib/velero/types.ts'
import { TestClock } from '../../helpers/clock.ts'
import { MemoryStore } from '../../helpers/memory-store.ts'
import { finish, PLACE, putSchedule, scheduleOf } from '../../helpers/schedules.ts'

const MINUTE = 60_000
const DAY = 1440 * MINUTE
const START = Date.parse('2026-11-01T00:30:00Z')
const END = START + 365 * DAY

/** The same numbers each time, from 0 to 1. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

/** The times of ticks: some minutes apart in the first month, some hours after it, with outages of hours to weeks. */
function tickTimes(): number[] {
  const next = random(7)
  const times: number[] = []
  for (let time = START; time < END; ) {
    times.push(time)
    const outage = next() < 0.005 ? next() ** 3 * 20 * DAY : 0
    const step = time < START + 30 * DAY ? 50 : 400
    time += Math.ceil(1 + next() * step * 60) * 1000 + outage
  }
  return times
}

/** What a schedule asks for in the year, by another rule than the code's: the times are counted, not looked up. */
function expected(times: readonly number[], dues: readonly number[]): string[] {
  const sent: number[] = []
  let last = START
  for (const time of times) {
    const due = dues.findLast(candidate => candidate > last && candidate <= time)
    if (due === undefined) continue
    sent.push(due)
    last = due
  }
  return sent.map(due => new Date(due).toISOString().slice(0, 19).replace(/\D/g, ''))
}

const hours = Array.from({ length: 366 * 24 }, (_, i) => Date.parse('2026-11-01T00:00:00Z') + i * 60 * MINUTE)
/** Clocks in Berlin go back on 31 October 2027 and forth on 28 March: noon there is 11:00 in winter and 10:00 in summer. */
const days = Array.from({ length: 367 }, (_, i) => {
  const day = new Date(Date.parse('2026-11-01T00:00:00Z') + i * DAY)
  const summer = day >= new Date('2027-03-28T00:00:00Z') && day < new Date('2027-10-31T00:00:00Z')
  return day.getTime() + (summer ? 10 : 11) * 60 * MINUTE
})
const months = Array.from({ length: 14 }, (_, i) => Date.UTC(2026, 10 + i, 1, 4))

describe('a year of ticks, doubled, late and with outages', () => {
  it('sends exactly the backups that hourly, daily and monthly schedules ask for, each once', async () => {
    const store = new MemoryStore()
    const clock = new TestClock(new Date(START).toISOString())
    await putSchedule(store, scheduleOf('hourly', '@hourly'), clock.now())
    await putSchedule(store, scheduleOf('daily', 'CRON_TZ=Europe/Berlin 0 12 * * *'), clock.now())
    await putSchedule(store, scheduleOf('monthly', '0 4 1 * *'), clock.now())
    const sent: Backup[] = []
    const ended = new Map<string | undefined, string[]>()
    /** Only the last backup of each stays, as a policy would have it. */
    const end = async (backup: Backup) => {
      const schedule = backup.metadata.labels?.['velero.io/schedule-name']
      await store.delete(ended.get(schedule) ?? [])
      const before = new Set(store.objects.keys())
      await finish(store, backup, clock.now())
      ended.set(
        schedule,
        [...store.objects.keys()].filter(key => !before.has(key)),
      )
    }
    const once = () =>
      tick(
        PLACE,
        { schedules: [], send: async backup => void sent.push(backup), now: clock.now, log: () => {} },
        async () => store,
      )
    const times = tickTimes()
    for (const time of times) {
      clock.advance(time - clock.now().getTime())
      const before = sent.length
      const answers = await Promise.all([once(), once()])
      expect(answers.flatMap(({ problems }) => problems)).toEqual([])
      for (const backup of sent.slice(before)) await end(backup)
    }
    const stamps = (name: string) =>
      sent
        .filter(({ metadata }) => metadata.labels?.['velero.io/schedule-name'] === name)
        .map(({ metadata }) => metadata.name.slice(name.length + 1))
    expect(stamps('hourly')).toEqual(expected(times, hours))
    expect(stamps('daily')).toEqual(expected(times, days))
    expect(stamps('monthly')).toEqual(expected(times, months))
    expect(new Set(sent.map(({ metadata }) => metadata.uid)).size).toBe(sent.length)
    // There were runs that nothing was missed of, and some that made up for others.
    expect(stamps('hourly').length).toBeGreaterThan(2000)
    expect(stamps('daily').length).toBeGreaterThan(200)
    expect(stamps('daily').length).toBeLessThan(365)
    expect(stamps('monthly').length).toBeGreaterThan(10)
  })
})
