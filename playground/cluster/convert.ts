import { at, find, isObject, type JsonObject, objects } from './json.ts'
import type { Kind } from './kinds.ts'

/** A second version of a built-in kind, next to the one that is stored. */
interface Conversion {
  fromStored(stored: JsonObject): JsonObject
  toStored(written: JsonObject): JsonObject
}

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

const rename = (object: JsonObject, names: ReadonlyMap<string, string>): JsonObject =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [names.get(key) ?? key, value]))

const TARGET = 'targetCPUUtilizationPercentage'
const isCpu = (metric: JsonObject) => at(metric, 'resource').name === 'cpu'

/** By group-version and resource. */
const CONVERSIONS: Readonly<Record<string, Conversion>> = {
  'events.k8s.io/v1/events': {
    fromStored: stored => rename(stored, new Map(EVENT_FIELDS.map(([fresh, old]) => [old, fresh]))),
    toStored: written => rename(written, new Map(EVENT_FIELDS)),
  },
  // The older autoscaler knows one metric, the CPU's use; it shows no other.
  'autoscaling/v1/horizontalpodautoscalers': {
    fromStored: stored => {
      const { metrics, behavior, ...spec } = at(stored, 'spec')
      const average = find(objects(metrics).find(isCpu), 'resource', 'target', 'averageUtilization')
      return { ...stored, spec: { ...spec, ...(average !== undefined && { [TARGET]: average }) } }
    },
    toStored: written => {
      const { [TARGET]: averageUtilization, ...spec } = at(written, 'spec')
      if (averageUtilization === undefined || !isObject(written.spec)) return written
      const target = { type: 'Utilization', averageUtilization }
      return { ...written, spec: { ...spec, metrics: [{ type: 'Resource', resource: { name: 'cpu', target } }] } }
    },
  },
}

const conversion = (kind: Kind) => CONVERSIONS[`${kind.group}/${kind.version}/${kind.resource}`]

/** Whether objects of this kind are stored in another version than it serves. */
export const isConverted = (kind: Kind) => conversion(kind) !== undefined

/** A stored built-in object in the version that `kind` serves. */
export const convert = (kind: Kind, stored: JsonObject): JsonObject => conversion(kind)?.fromStored(stored) ?? stored

/** The way back: an object as the client wrote it, in the version that is stored. */
export const toStored = (kind: Kind, written: JsonObject): JsonObject => conversion(kind)?.toStored(written) ?? written
