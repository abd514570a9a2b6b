import type { Place } from '../config/places.ts'
import { openStore } from '../store/open.ts'
import { CLUSTER_ANNOTATION } from '../velero/annotations.ts'
import { messageOf } from '../velero/errors.ts'
import type { Backup } from '../velero/types.ts'
import type { OpenStore } from './dropped.ts'
import type { Invocation } from './invocation.ts'
import { type Ticked, type TickOptions, tick } from './tick.ts'

/** What a tick did in one location. */
export interface TickAnswer extends Ticked {
  location: string
  /** Why nothing is known of its schedules, if so. */
  failed?: string
}

/** A timer's event that asks for all schedules to be looked at: `{"kind": "ScheduleList"}`. */
export function isTick(event: unknown): boolean {
  return (event as { kind?: unknown } | null)?.kind === 'ScheduleList'
}

/** Side by side, so that a location out of reach delays no other. */
export function tickAll(
  places: readonly Place[],
  send: (backup: Backup) => Promise<unknown>,
  { now, log }: Pick<Invocation, 'now' | 'log'>,
  open: OpenStore = openStore,
): Promise<TickAnswer[]> {
  return Promise.all(
    places.map(async place => {
      const { location, schedules } = place
      const fields = { location: location.name }
      try {
        const options: TickOptions = {
          schedules,
          send: backup => send(addressed(backup, place)),
          now,
          log: (level, message, more) => log(level, message, { ...fields, ...more }),
        }
        return { ...fields, ...(await tick({ location }, options, open)) }
      } catch (error) {
        const failed = messageOf(error)
        log('error', "The location's schedules can't be looked at", { ...fields, error: failed })
        return { ...fields, sent: [], problems: [], failed }
      }
    }),
  )
}

/** To the place in which the schedule lies; a cluster that the schedule names counts. */
function addressed(backup: Backup, { location, cluster }: Place): Backup {
  const { metadata, spec } = backup
  const annotations = { ...(cluster !== undefined && { [CLUSTER_ANNOTATION]: cluster }), ...metadata.annotations }
  return { ...backup, metadata: { ...metadata, annotations }, spec: { ...spec, storageLocation: location.name } }
}
