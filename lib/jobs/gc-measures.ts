import type { GcResult } from './gc-types.ts'
import type { Measures } from './measures.ts'

/** What one collection of a location counts. A run that it ended as Failed counts as one, for nobody else does. */
export function measuresOfCollection({ location, how, kept, deleted, problems, runs, unsent }: GcResult): Measures[] {
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
  ]
}
