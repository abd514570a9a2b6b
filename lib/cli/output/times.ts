import { formatDuration, parseDuration } from '../../velero/duration.ts'
import type { GoDuration } from '../../velero/types.ts'
import { zoneName } from './zone-name.ts'

export interface Clock {
  now: Date
  /** IANA name of the zone to show times in. */
  timeZone: string
  /** See Cli.readZone. */
  readZone(timeZone: string): string | undefined
}

/** A timestamp as Go's Time.String() shows it in the local zone: `2026-11-20 21:33:02 -0500 EST`; `<nil>` without one. */
export function goTime(timestamp: string | undefined, clock: Clock): string {
  if (!timestamp) return '<nil>'
  const date = new Date(timestamp)
  const parts = Object.fromEntries(
    formatter(clock.timeZone)
      .formatToParts(date)
      .map(part => [part.type, part.value]),
  )
  const { year, month, day, hour, minute, second, timeZoneName = '' } = parts
  const offset = timeZoneName === 'GMT' ? '+0000' : timeZoneName.replace(/^GMT|:/g, '').slice(0, 5)
  return `${year}-${month}-${day} ${hour}:${minute}:${second} ${offset} ${zoneName(clock, offset)}`
}

const formatters = new Map<string, Intl.DateTimeFormat>()

function formatter(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone)
  if (known) return known
  const two = '2-digit'
  const made = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone, hourCycle: 'h23', timeZoneName: 'longOffset', year: 'numeric' },
    ...{ month: two, day: two, hour: two, minute: two, second: two },
  } as Intl.DateTimeFormatOptions)
  formatters.set(timeZone, made)
  return made
}

/** `29d`, `3d ago`; `n/a` without a time. */
export function timeFromNow(time: Date | undefined, now: Date): string {
  if (!time) return 'n/a'
  const ms = time.getTime() - now.getTime()
  return ms >= 0 ? shortHumanDuration(ms) : `${shortHumanDuration(-ms)} ago`
}

const units = [
  { name: 's', ms: 1000, below: 60 },
  { name: 'm', ms: 60_000, below: 60 },
  { name: 'h', ms: 3_600_000, below: 24 },
  { name: 'd', ms: 86_400_000, below: 365 },
  { name: 'y', ms: 365 * 86_400_000, below: Number.POSITIVE_INFINITY },
]

/** Kubernetes' one-unit duration, rounded down: `59s`, `59m`, `23h`, `364d`, `1y`. */
export function shortHumanDuration(ms: number): string {
  for (const unit of units) {
    const count = Math.floor(ms / unit.ms)
    if (count < unit.below) return `${count}${unit.name}`
  }
  return ''
}

/** As Go shows a duration that a person may have written: `24h` is `24h0m0s`, none is `0s`. */
export function goDuration(duration: GoDuration | undefined): string {
  return formatDuration(parseDuration(duration ?? '0'))
}

interface Times {
  startTimestamp?: string
  completionTimestamp?: string
}

/** How long a run took, as records have times; undefined where one of the two is not known. */
export function secondsOf({ startTimestamp, completionTimestamp }: Times = {}): number | undefined {
  if (!startTimestamp || !completionTimestamp) return undefined
  return Math.round((Date.parse(completionTimestamp) - Date.parse(startTimestamp)) / 1000)
}

/** The same as `1m5s`; '' while it has not ended. */
export function elapsed(status: Times | undefined): string {
  const seconds = secondsOf(status)
  return seconds === undefined ? '' : goDuration(`${seconds}s`)
}
