import type { Recorded } from '../bucket/record-kinds.ts'
import { CLUSTER_ANNOTATION, LOCATION_ANNOTATION } from '../velero/annotations.ts'
import type { Restore } from '../velero/types-restore.ts'
import { durationOf, type Tally } from './tally.ts'

// What is measured, as data: docs/observability.md lists it, and the alarms of a deployment depend on the names.

/** Whose work it is: the metrics' dimension. */
export type Service = 'backup' | 'restore' | 'gc'

/** One line of metrics. */
export interface Measures {
  service: Service
  /** Further dimensions: each pair of values is a metric of its own, that costs money. */
  dimensions?: { cluster: string; schedule: string }
  /** By the metric's name; see unitOf. */
  values: Record<string, number>
  /** Told beside the values, for queries; it costs nothing. */
  about: Record<string, string>
}

const UNITS: Record<string, 'Milliseconds' | 'Bytes' | 'Seconds'> = {
  Duration: 'Milliseconds',
  Bytes: 'Bytes',
  LastGoodBackupAge: 'Seconds',
}

export const unitOf = (metric: string) => UNITS[metric] ?? 'Count'

/** What tells one request from others, for logs and metrics. */
export function factsOfRequest({ kind, metadata, spec }: Recorded): Record<string, string> {
  const { name, uid, annotations = {}, labels = {} } = metadata
  const schedule = labels['velero.io/schedule-name'] ?? (spec as Restore['spec']).scheduleName
  const facts = {
    kind,
    name,
    uid,
    cluster: annotations[CLUSTER_ANNOTATION],
    location: kind === 'Backup' ? spec.storageLocation : annotations[LOCATION_ANNOTATION],
    schedule,
  }
  return Object.fromEntries(Object.entries(facts).filter((fact): fact is [string, string] => Boolean(fact[1])))
}

const workOf = ({ archiveBytes, requests }: Tally) => ({
  Bytes: archiveBytes,
  Retries: requests.retries,
  Throttles: requests.throttles,
})

/**
 * What an invocation that ended a run counts. Bytes, Retries and Throttles are of this invocation, and those of earlier ones have
 * been counted there: the sum over all lines is right. The rest is of the whole run, and counted once.
 */
export function measuresOfEnd(record: Recorded, items: number, tally: Tally, now: Date): Measures {
  const { phase = 'InProgress', warnings = 0, errors = 0 } = record.status ?? {}
  return {
    service: serviceOf(record),
    values: {
      [phase]: 1,
      Duration: durationOf(record.status ?? {}, tally, now),
      Items: items,
      Warnings: warnings,
      Errors: errors,
      ...workOf(tally),
    },
    about: factsOfRequest(record),
  }
}

/** Of one that left the run to the next: `Continued`, unless it failed and its message comes again. */
export function measuresOfPart(request: Recorded, tally: Tally, how: 'continued' | 'failed'): Measures {
  return {
    service: serviceOf(request),
    values: { ...(how === 'continued' && { Continued: 1 }), ...workOf(tally) },
    about: factsOfRequest(request),
  }
}

export function serviceOf({ kind }: Pick<Recorded, 'kind'>): Service {
  return kind === 'Backup' ? 'backup' : 'restore'
}
