import { describe, expect, it } from 'vitest'
import { goTime, shortHumanDuration, timeFromNow } from '../../../../lib/cli/output/times.ts'
import { offsetIn } from '../../velero/zone.ts'

const rules: Record<string, string> = {
  'America/New_York': 'EST5EDT,M3.2.0,M11.1.0',
  'Europe/Berlin': 'CET-1CEST,M3.5.0,M10.5.0/3',
  'Europe/Moscow': 'MSK-3',
  'Asia/Kolkata': 'IST-5:30',
  'America/Sao_Paulo': '<-03>3',
  'Australia/Lord_Howe': '<+1030>-10:30<+11>-11,M10.1.0,M4.1.0',
}
const shown = (timestamp: string, timeZone: string) =>
  goTime(timestamp, {
    now: new Date(0),
    zone: { offset: offsetIn(timeZone), rules: () => rules[timeZone] && `TZif2 ... \n${rules[timeZone]}\n` },
  })

describe('times', () => {
  it.each([
    ['2026-11-21T02:33:02Z', 'UTC', '2026-11-21 02:33:02 +0000 UTC'],
    ['2026-11-21T02:33:02Z', 'America/New_York', '2026-11-20 21:33:02 -0500 EST'],
    ['2026-07-21T00:00:02Z', 'America/New_York', '2026-07-20 20:00:02 -0400 EDT'],
    ['2026-07-21T00:00:02Z', 'Europe/Berlin', '2026-07-21 02:00:02 +0200 CEST'],
    ['2026-11-21T00:00:02Z', 'Europe/Moscow', '2026-11-21 03:00:02 +0300 MSK'],
    ['2026-11-21T00:00:02Z', 'Asia/Kolkata', '2026-11-21 05:30:02 +0530 IST'],
    ['2026-11-21T00:00:02Z', 'America/Sao_Paulo', '2026-11-20 21:00:02 -0300 -03'],
    ['2026-06-21T00:00:02Z', 'Australia/Lord_Howe', '2026-06-21 10:30:02 +1030 +1030'],
    ['2026-12-21T00:00:02Z', 'Australia/Lord_Howe', '2026-12-21 11:00:02 +1100 +11'],
  ])('%s in %s is shown as Go does: %s', (timestamp, zone, text) => {
    expect(shown(timestamp, zone)).toBe(text)
  })

  it('repeat the offset where no tz database tells a name', () => {
    expect(shown('2026-11-21T00:00:02Z', 'Asia/Tokyo')).toBe('2026-11-21 09:00:02 +0900 +09')
  })

  it('are <nil> where there is none', () => {
    expect(shown('', 'UTC')).toBe('<nil>')
  })
})

describe('durations', () => {
  const [s, m, h, d] = [1000, 60_000, 3_600_000, 86_400_000]
  it.each([
    [0, '0s'],
    [59 * s + 999, '59s'],
    [60 * s, '1m'],
    [60 * m - 1, '59m'],
    [24 * h - 1, '23h'],
    [24 * h, '1d'],
    [365 * d - 1, '364d'],
    [365 * d, '1y'],
    [800 * d, '2y'],
  ])('of %i ms have one unit, rounded down: %s', (ms, text) => {
    expect(shortHumanDuration(ms)).toBe(text)
  })

  it('tell past from future', () => {
    const now = new Date('2026-11-22T00:00:00Z')
    expect(timeFromNow(new Date('2026-11-19T00:00:00Z'), now)).toBe('3d ago')
    expect(timeFromNow(new Date('2026-11-22T00:00:30Z'), now)).toBe('30s')
    expect(timeFromNow(undefined, now)).toBe('n/a')
  })
})
