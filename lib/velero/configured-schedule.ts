import { FROM_CONFIG, SOURCE_ANNOTATION, UNSENT_ANNOTATION } from './annotations.ts'
import type { Schedule } from './types-schedule.ts'

/** Whether lateen.yaml describes it: then it is kept as it is there. */
export function isFromConfig({ metadata }: Pick<Schedule, 'metadata'>): boolean {
  return metadata.annotations?.[SOURCE_ANNOTATION] === FROM_CONFIG
}

/**
 * A schedule of lateen.yaml as it lies in the bucket; `stored` is what lies there, if anything does: its status and identity
 * stay, all else is lateen.yaml's. That asks for one run to be left out when the schedule is made, and each time it is let go
 * on after a pause; not for ever.
 */
export function configuredSchedule(wanted: Schedule, stored?: Schedule): Schedule {
  const unsent = stored?.metadata.annotations?.[UNSENT_ANNOTATION]
  const annotations = {
    ...wanted.metadata.annotations,
    [SOURCE_ANNOTATION]: FROM_CONFIG,
    ...(unsent !== undefined && { [UNSENT_ANNOTATION]: unsent }),
  }
  if (stored === undefined) return { ...wanted, metadata: { ...wanted.metadata, annotations } }
  const { labels: _, ...identity } = stored.metadata
  const { labels } = wanted.metadata
  const { skipImmediately: asked, ...spec } = wanted.spec
  const resumed = stored.spec.paused === true && spec.paused !== true
  const skipImmediately = resumed ? asked : stored.spec.skipImmediately
  return {
    ...stored,
    metadata: { ...identity, ...(labels && { labels }), annotations },
    spec: { ...spec, ...(skipImmediately !== undefined && { skipImmediately }) },
  }
}
