import type { GcResult } from './gc-types.ts'
import type { Measures } from './measures.ts'
import type { ScheduleHealth } from './schedule-health.ts'

/** What one collection of a location counts. A run that it ended as Failed counts as one, for nobody else does. */
export function measuresOfCollection({
  location,
  how,
  kept,
  deleted,
  problems,
  runs,
  unsent,
  schedules,
}: GcResult): Measures[] {
  if (how === 'busy') return []
  const ended = runs.filter(({ what }) => what === 'ended')
  return [
    {
      service: 'gc',
      values: {
        ...{ Deleted: deleted.length, Kept: kept, Problems: problems.length, EndedRuns: ended.length },
        ...(unsent > 0 && { NotificationsFailed: unsent }),
      },
      about: { location },
    },
    ...ended.map(({ kind, name, uid }) => ({
      service: kind,
      values: { Failed: 1 },
      about: { location, name, uid },
    })),
    ...schedules.flatMap(each => measuresOfSchedule(each, location)),
  ]
}

/** `ScheduleLate` is one metric for all of them, 0 or 1 each; the age is one for each schedule and cluster. */
function measuresOfSchedule(
  { schedule, cluster = 'unknown', ageSeconds, late }: ScheduleHealth,
  location: string,
): Measures[] {
  const about = { location, schedule, cluster }
  return [
    ...(late === undefined ? [] : [{ service: 'gc' as const, values: { ScheduleLate: late ? 1 : 0 }, about }]),
    ...(ageSeconds === undefined
      ? []
      : [
          {
            ...{ service: 'gc' as const, dimensions: { cluster, schedule } },
            ...{ values: { LastGoodBackupAge: ageSeconds }, about: { location } },
          },
        ]),
  ]
}
