import { Cron as Croner } from 'croner'
import { type CronField, parseCronFields } from './cron-fields.ts'
import { durationMs } from './duration.ts'
import { InvalidInputError, messageOf } from './errors.ts'

/** When a schedule is due. */
export interface Cron {
  /** The first time after `time`; undefined where there is none any more. */
  next(time: Date): Date | undefined
  /** The last time until `time`, of those that follow `since`; undefined where there is none. */
  latest(since: Date, time: Date): Date | undefined
}

const DESCRIPTORS = new Map([
  ['@yearly', '0 0 1 1 *'],
  ['@annually', '0 0 1 1 *'],
  ['@monthly', '0 0 1 * *'],
  ['@weekly', '0 0 * * 0'],
  ['@daily', '0 0 * * *'],
  ['@midnight', '0 0 * * *'],
  ['@hourly', '0 * * * *'],
])

/**
 * Reads what Velero's `--schedule` takes: five fields, `@daily` and its like, `@every 1h30m`, each with `CRON_TZ=Area/City ` or
 * `TZ=Area/City ` before it. Without a zone it is UTC, as in Velero's image. Errors are those of robfig/cron 3, where it
 * has one. Throws InvalidInputError.
 *
 * A time that daylight saving leaves out is moved behind the gap, where Velero would pass it over; one that comes twice is
 * due once, and an interval such as every hour goes on through both.
 */
export function parseCron(text: string): Cron {
  if (text.trim() === '') throw new InvalidInputError('Schedule must be a non-empty valid Cron expression')
  const [, zone, expression = ''] = /^(?:CRON_)?TZ=(\S*)\s*(.*)$/s.exec(text) ?? [undefined, undefined, text]
  if (zone !== undefined && !isTimeZone(zone))
    throw new InvalidInputError(`provided bad location ${zone}: unknown time zone ${zone}`)
  if (expression.startsWith('@every ')) return every(expression.slice('@every '.length))
  const fields = DESCRIPTORS.get(expression) ?? expression
  if (fields.startsWith('@')) throw new InvalidInputError(`unrecognized descriptor: ${fields}`)
  return byCalendar(parseCronFields(fields), zone ?? 'UTC')
}

function isTimeZone(zone: string): boolean {
  // Offsets such as +01:00 are none to Go.
  if (!/^[A-Za-z]/.test(zone)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  } catch {
    return false
  }
}

/** Whole seconds, at least one. */
function every(text: string): Cron {
  let delay: number
  try {
    delay = Math.max(1, Math.floor(durationMs(text) / 1000)) * 1000
  } catch (cause) {
    throw new InvalidInputError(`failed to parse duration @every ${text}: ${messageOf(cause)}`, { cause })
  }
  const next = (time: Date) => new Date(Math.floor(time.getTime() / 1000) * 1000 + delay)
  return {
    next,
    latest(since, time) {
      const first = next(since).getTime()
      const passed = time.getTime() - first
      return passed < 0 ? undefined : new Date(first + passed - (passed % delay))
    },
  }
}

/** Only values, so that no dialect of the library's own is left to be understood. */
function byCalendar(fields: CronField[], timezone: string): Cron {
  const pattern = fields.map(({ values, any }) => (any ? '*' : values.join(','))).join(' ')
  const croner = new Croner(pattern, { mode: '5-part', timezone, paused: true })
  const next = (time: Date) => croner.nextRun(time) ?? undefined
  return {
    next,
    latest(since, time) {
      const first = next(since)
      if (first === undefined || first > time) return undefined
      // The library's "before" is exclusive, and knows whole seconds.
      const [last] = croner.previousRuns(1, new Date(time.getTime() + 1000))
      return last === undefined || last < first ? first : last
    },
  }
}
