import { type Clock, systemClock } from '../cluster/clock.ts'
import type { Place } from '../config/places.ts'
import { openStore } from '../store/open.ts'
import { CLUSTER_ANNOTATION } from '../velero/annotations.ts'
import { LateenError, messageOf } from '../velero/errors.ts'
import type { Backup } from '../velero/types.ts'
import type { OpenStore } from './dropped.ts'
import { inTurn } from './found-runs.ts'
import type { Invocation } from './invocation.ts'
import { type Ticked, type TickOptions, tick } from './tick.ts'

/** What a tick did in one location. */
export interface TickAnswer extends Ticked {
  location: string
  /** Why nothing is known of its schedules, if so. */
  failed?: string
}

class LateError extends LateenError {
  constructor(ms: number) {
    super(`it was not looked through within ${ms / 1000} s; the next look goes on`)
  }
}

/** A timer's event that asks for all schedules to be looked at: `{"kind": "ScheduleList"}`. */
export function isTick(event: unknown): boolean {
  return (event as { kind?: unknown } | null)?.kind === 'ScheduleList'
}

/** Places that are looked at at the same time. */
const PLACES_AT_ONCE = 64

/** For one of them, in ms: several times what a look at a hundred schedules takes, and a fraction of an invocation. */
const PLACE_MS = 60_000

/**
 * Side by side, each in a time of its own, so that a location that is out of reach, or does not answer, delays no other. What one
 * that is left was about to do it may still do, without harm: a run is claimed before it is sent.
 */
export function tickAll(
  places: readonly Place[],
  send: (backup: Backup) => Promise<unknown>,
  { now, log }: Pick<Invocation, 'now' | 'log'>,
  open: OpenStore = openStore,
  clock: Pick<Clock, 'sleep'> = systemClock,
): Promise<TickAnswer[]> {
  return inTurn(places, PLACES_AT_ONCE, async place => {
    const { location, schedules } = place
    const fields = { location: location.name }
    try {
      const options: TickOptions = {
        schedules,
        send: backup => send(addressed(backup, place)),
        now,
        log: (level, message, more) => log(level, message, { ...fields, ...more }),
      }
      return { ...fields, ...(await within(PLACE_MS, () => tick({ location }, options, open), clock)) }
    } catch (error) {
      const failed = messageOf(error)
      log('error', "The location's schedules can't be looked at", { ...fields, error: failed })
      return { ...fields, sent: [], problems: [], failed }
    }
  })
}

/** What some work brings, unless that takes longer. */
async function within<T>(ms: number, work: () => Promise<T>, clock: Pick<Clock, 'sleep'>): Promise<T> {
  const done = new AbortController()
  const late = clock.sleep(ms, done.signal).then(() => {
    throw new LateError(ms)
  })
  late.catch(() => {}) // whichever of the two comes last is nobody's
  try {
    return await Promise.race([work(), late])
  } finally {
    done.abort()
  }
}

/** To the place in which the schedule lies; a cluster that the schedule names counts. */
function addressed(backup: Backup, { location, cluster }: Place): Backup {
  const { metadata, spec } = backup
  const annotations = { ...(cluster !== undefined && { [CLUSTER_ANNOTATION]: cluster }), ...metadata.annotations }
  return { ...backup, metadata: { ...metadata, annotations }, spec: { ...spec, storageLocation: location.name } }
}
