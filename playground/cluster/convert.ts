import type { JsonObject } from './json.ts'
import type { Kind } from './kinds.ts'

/** Field names of events.k8s.io/v1 and of the core's Event, which is how events are stored. */
const EVENT_FIELDS: readonly [string, string][] = [
  ['note', 'message'],
  ['regarding', 'involvedObject'],
  ['reportingController', 'reportingComponent'],
  ['deprecatedSource', 'source'],
  ['deprecatedFirstTimestamp', 'firstTimestamp'],
  ['deprecatedLastTimestamp', 'lastTimestamp'],
  ['deprecatedCount', 'count'],
]

const isNewEvent = (kind: Kind) => kind.group === 'events.k8s.io'

/** A stored built-in object in the version that `kind` serves. */
export function convert(kind: Kind, stored: JsonObject): JsonObject {
  return isNewEvent(kind) ? rename(stored, new Map(EVENT_FIELDS.map(([fresh, old]) => [old, fresh]))) : stored
}

/** The way back: an object as the client wrote it, in the version that is stored. */
export function toStored(kind: Kind, written: JsonObject): JsonObject {
  return isNewEvent(kind) ? rename(written, new Map(EVENT_FIELDS)) : written
}

/** Whether `convert` does anything for this kind. */
convert.changes = isNewEvent

function rename(object: JsonObject, names: ReadonlyMap<string, string>): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [names.get(key) ?? key, value]))
}
