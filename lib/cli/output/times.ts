import { formatDuration, parseDuration } from '../../velero/duration.ts'
import type { GoDuration } from '../../velero/types.ts'
import { localTime, type Zone } from '../../velero/zones.ts'
import { goOffset, zoneName } from './zone-name.ts'

export interface Clock {
  now: Date
  /** The one to show times in. */
  zone: Zone
}

/** A timestamp as Go's Time.String() shows it in the local zone: `2026-11-20 21:33:02 -0500 EST`; `<nil>` without one. */
export function goTime(timestamp: string | undefined, { zone }: Clock): string {
  if (!timestamp) return '<nil>'
  const date = new Date(timestamp)
  const offset = goOffset(zone.offset(date))
  return `${localTime(date, zone).replace('T', ' ')} ${offset} ${zoneName(zone, offset)}`
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
