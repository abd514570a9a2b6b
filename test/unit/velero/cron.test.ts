import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseCron } from '../../../lib/velero/cron.ts'

const at = (text: string) => new Date(text)
const runs = (expression: string, since: string, count: number) => {
  const cron = parseCron(expression)
  const found: string[] = []
  for (let time = cron.next(at(since)); time !== undefined && found.length < count; time = cron.next(time))
    found.push(time.toISOString().replace(':00.000Z', 'Z'))
  return found
}
const problem = (expression: string): string => {
  try {
    parseCron(expression)
  } catch (error) {
    return (error as Error).message
  }
  throw new Error('was accepted')
}

describe('a cron expression', () => {
  it.each([
    ['0 3 * * *', ['2026-11-22T03:00Z', '2026-11-23T03:00Z']],
    ['*/20 * * * *', ['2026-11-22T00:20Z', '2026-11-22T00:40Z']],
    ['5/20 0 * * *', ['2026-11-22T00:05Z', '2026-11-22T00:25Z']],
    ['0 9-17/4 * * mon-fri', ['2026-11-23T09:00Z', '2026-11-23T13:00Z']],
    ['0 0 1 JAN,Jul ?', ['2027-01-01T00:00Z', '2027-07-01T00:00Z']],
    ['0 0 13 * 5', ['2026-11-27T00:00Z', '2026-12-04T00:00Z', '2026-12-11T00:00Z', '2026-12-13T00:00Z']],
    ['0 0 */15 * 5', ['2026-11-27T00:00Z', '2026-12-01T00:00Z', '2026-12-04T00:00Z']],
    ['0 0 1-31 * 5', ['2026-11-23T00:00Z', '2026-11-24T00:00Z']],
    ['0 0 * * 0', ['2026-11-29T00:00Z', '2026-12-06T00:00Z']],
    ['0 0 31 * *', ['2026-12-31T00:00Z', '2027-01-31T00:00Z', '2027-03-31T00:00Z']],
    ['0 0 29 2 *', ['2028-02-29T00:00Z', '2032-02-29T00:00Z']],
    ['  0   3  * *   * ', ['2026-11-22T03:00Z']],
    ['@yearly', ['2027-01-01T00:00Z']],
    ['@annually', ['2027-01-01T00:00Z']],
    ['@monthly', ['2026-12-01T00:00Z']],
    ['@weekly', ['2026-11-29T00:00Z']],
    ['@daily', ['2026-11-23T00:00Z']],
    ['@midnight', ['2026-11-23T00:00Z']],
    ['@hourly', ['2026-11-22T01:00Z']],
    ['CRON_TZ=Europe/Berlin 0 3 * * *', ['2026-11-22T02:00Z', '2026-11-23T02:00Z']],
    ['TZ=America/New_York 30 22 * * *', ['2026-11-22T03:30Z']],
    ['CRON_TZ=UTC @daily', ['2026-11-23T00:00Z']],
  ])('%s is due when robfig/cron says', (expression, expected) => {
    expect(runs(expression, '2026-11-22T00:00:00Z', expected.length)).toEqual(expected)
  })

  it('is due after the time given, and not at it', () => {
    const { next } = parseCron('0 3 * * *')
    expect(next(at('2026-11-22T02:59:59.999Z'))).toEqual(at('2026-11-22T03:00:00Z'))
    expect(next(at('2026-11-22T03:00:00Z'))).toEqual(at('2026-11-23T03:00:00Z'))
    expect(next(at('2026-11-22T03:00:00.500Z'))).toEqual(at('2026-11-23T03:00:00Z'))
  })

  it('of a day that never comes is never due', () => {
    expect(parseCron('0 0 30 2 *').next(at('2026-11-22T00:00:00Z'))).toBeUndefined()
    expect(parseCron('0 0 30 2 *').latest(at('2026-11-22T00:00:00Z'), at('2027-11-22T00:00:00Z'))).toBeUndefined()
  })

  it('counts an interval from the time before, in whole seconds', () => {
    expect(runs('@every 1h30m', '2026-11-22T00:00:10Z', 2)).toEqual([
      '2026-11-22T01:30:10.000Z',
      '2026-11-22T03:00:10.000Z',
    ])
    expect(parseCron('@every 90m').next(at('2026-11-22T00:00:10.900Z'))).toEqual(at('2026-11-22T01:30:10Z'))
    expect(parseCron('@every 10ms').next(at('2026-11-22T00:00:10Z'))).toEqual(at('2026-11-22T00:00:11Z'))
    const { latest } = parseCron('@every 1h')
    expect(latest(at('2026-11-22T00:10:00Z'), at('2026-11-22T05:09:59Z'))).toEqual(at('2026-11-22T04:10:00Z'))
    expect(latest(at('2026-11-22T00:10:00Z'), at('2026-11-22T05:10:00Z'))).toEqual(at('2026-11-22T05:10:00Z'))
    expect(latest(at('2026-11-22T00:10:00Z'), at('2026-11-22T01:09:59Z'))).toBeUndefined()
  })
})

describe('in a place with daylight saving', () => {
  it('a time that is left out is moved behind the gap, on that day only', () => {
    expect(runs('CRON_TZ=Europe/Berlin 30 2 * * *', '2026-03-28T00:00:00Z', 3)).toEqual([
      '2026-03-28T01:30Z',
      '2026-03-29T01:00Z',
      '2026-03-30T00:30Z',
    ])
  })

  it('a time that comes twice is due once', () => {
    expect(runs('CRON_TZ=Europe/Berlin 30 2 * * *', '2026-10-24T12:00:00Z', 2)).toEqual([
      '2026-10-25T00:30Z',
      '2026-10-26T01:30Z',
    ])
  })

  it('every hour is every hour', () => {
    for (const day of ['2026-03-29', '2026-10-25'])
      expect(runs('CRON_TZ=Europe/Berlin 0 * * * *', `${day}T00:00:00Z`, 4)).toEqual(
        [1, 2, 3, 4].map(hour => `${day}T0${hour}:00Z`),
      )
  })

  it.each([
    'Europe/Berlin',
    'America/New_York',
    'Australia/Lord_Howe',
    'UTC',
  ])('the last time of all is the one that comes last: %s', zone => {
    const expressions = ['30 2 * * *', '15 1,3 * * *', '0 * * * *', '*/20 0-4 * * *', '0 2 * * 0', '5 2 1 * *']
    for (const expression of expressions) {
      const cron = parseCron(`CRON_TZ=${zone} ${expression}`)
      for (const day of ['2026-03-08', '2026-03-29', '2026-04-05', '2026-10-04', '2026-10-25', '2026-11-01']) {
        const start = at(`${day}T00:00:00Z`).getTime() - 43_200_000
        const since = new Date(start)
        let last: Date | undefined
        let following = cron.next(since)
        for (let minute = 0; minute <= 2 * 1440; minute += 10) {
          const now = new Date(start + minute * 60_000)
          while (following !== undefined && following <= now) {
            last = following
            following = cron.next(following)
          }
          expect([expression, now, cron.latest(since, now)]).toEqual([expression, now, last])
        }
      }
    }
  })
})

describe('an expression that can not be meant is refused in the words of robfig/cron:', () => {
  it.each([
    ['', 'Schedule must be a non-empty valid Cron expression'],
    ['  ', 'Schedule must be a non-empty valid Cron expression'],
    ['0 3 * *', 'expected exactly 5 fields, found 4: [0 3 * *]'],
    ['0 0 3 * * *', 'expected exactly 5 fields, found 6: [0 0 3 * * *]'],
    ['61 * * * *', 'end of range (61) above maximum (59): 61'],
    ['0 24 * * *', 'end of range (24) above maximum (23): 24'],
    ['0 0 0 * *', 'beginning of range (0) below minimum (1): 0'],
    ['0 0 * * 7', 'end of range (7) above maximum (6): 7'],
    ['0 5-3 * * *', 'beginning of range (5) beyond end of range (3): 5-3'],
    ['0 1-2-3 * * *', 'too many hyphens: 1-2-3'],
    ['1/2/3 * * * *', 'too many slashes: 1/2/3'],
    ['*/0 * * * *', 'step of range should be a positive number: */0'],
    ['x * * * *', 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax'],
    ['0 0 * foo *', 'failed to parse int from foo: strconv.Atoi: parsing "foo": invalid syntax'],
    ['@fortnightly', 'unrecognized descriptor: @fortnightly'],
    ['@every', 'unrecognized descriptor: @every'],
    ['@every soon', 'failed to parse duration @every soon: time: invalid duration "soon"'],
    ['@every 1d', 'failed to parse duration @every 1d: time: unknown unit "d" in duration "1d"'],
    ['CRON_TZ=Mars/Olympus 0 3 * * *', 'provided bad location Mars/Olympus: unknown time zone Mars/Olympus'],
    ['TZ=+01:00 0 3 * * *', 'provided bad location +01:00: unknown time zone +01:00'],
    ['CRON_TZ= 0 3 * * *', 'provided bad location : unknown time zone '],
    // The library's own words and fields are none here.
    ['0 0 L * *', 'failed to parse int from L: strconv.Atoi: parsing "L": invalid syntax'],
    ['0 0 * * 5#2', 'failed to parse int from 5#2: strconv.Atoi: parsing "5#2": invalid syntax'],
    ['2026-11-22T03:00:00Z', 'expected exactly 5 fields, found 1: [2026-11-22T03:00:00Z]'],
  ])('%j', (expression, message) => {
    expect(problem(expression)).toBe(message)
  })

  it('and whatever is given, nothing but such an error comes of it', () => {
    const word = fc.oneof(
      fc.constantFrom('*', '?', '*/2', '1-5', '5-1', '0', '7', '31', 'L', 'W', 'mon', 'JAN', '#', '1,2', ',', '-', '/'),
      fc.string({ maxLength: 4 }),
    )
    const expression = fc.oneof(
      fc.array(word, { minLength: 4, maxLength: 6 }).map(words => words.join(' ')),
      fc.string({ maxLength: 30 }),
      fc.string({ maxLength: 8 }).map(text => `@every ${text}`),
      fc.string({ maxLength: 12 }).map(text => `CRON_TZ=${text} 0 0 * * *`),
    )
    fc.assert(
      fc.property(expression, text => {
        let cron: ReturnType<typeof parseCron>
        try {
          cron = parseCron(text)
        } catch (error) {
          expect((error as Error).name).toBe('InvalidInputError')
          return
        }
        const since = at('2026-11-22T08:00:00Z')
        const next = cron.next(since)
        if (next === undefined) return
        expect(next.getTime()).toBeGreaterThan(since.getTime())
        expect(cron.latest(since, next)).toEqual(next)
        expect(cron.latest(since, new Date(next.getTime() - 1))).toBeUndefined()
      }),
      { numRuns: 500 },
    )
  })
})
