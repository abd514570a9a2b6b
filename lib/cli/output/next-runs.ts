import { timestamp } from '../../velero/timestamps.ts'
import type { Schedule } from '../../velero/types-schedule.ts'
import { UTC } from '../../velero/zones.ts'
import { type Clock, goTime } from './times.ts'

/** So that a person sees whether the times are those that were meant. */
const RUNS = 3

/** When a new schedule runs next, in local time, and in UTC where that is another. */
export async function nextRunsText({ metadata, spec }: Schedule, clock: Clock): Promise<string> {
  if (spec.paused) return `It is paused: no run begins before \`lateen schedule unpause ${metadata.name}\`.\n`
  const { nextRuns } = await import('../../velero/due.ts')
  const runs = nextRuns(spec.schedule, clock.now, RUNS)
  return ['Next runs:', ...runs.map(run => `  ${inBoth(timestamp(run), clock)}`)].map(line => `${line}\n`).join('')
}

/** `2026-11-22 21:00:00 -0500 EST (2026-11-23 02:00:00 +0000 UTC)` */
function inBoth(time: string, clock: Clock): string {
  const local = goTime(time, clock)
  const utc = goTime(time, { ...clock, zone: UTC })
  return withoutZone(local) === withoutZone(utc) ? local : `${local} (${utc})`
}

/** What is a second name of UTC is no other time. */
function withoutZone(time: string): string {
  return time.slice(0, time.lastIndexOf(' '))
}
