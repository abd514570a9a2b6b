import { admitJob } from './jobs.ts'
import type { JsonObject } from './json.ts'
import type { Kind } from './kinds.ts'
import { admitNamespace } from './namespaces.ts'
import type { Objects, Write } from './objects.ts'
import { admitPod } from './pods.ts'
import { admitService, keepAllocations } from './services.ts'

type Admit = (object: JsonObject, objects: Objects, write: Write) => void

const protect = (finalizer: string) => (object: JsonObject) => {
  const metadata = object.metadata as JsonObject
  const finalizers = Array.isArray(metadata.finalizers) ? metadata.finalizers : []
  if (!finalizers.includes(finalizer)) metadata.finalizers = [...finalizers, finalizer]
}

/** Fields of an event that are shown even where they are empty, under the names that they have in its version. */
function admitEvent(event: JsonObject): void {
  const isNew = event.apiVersion === 'events.k8s.io/v1'
  const shown: JsonObject = isNew
    ? { deprecatedSource: {}, deprecatedFirstTimestamp: null, deprecatedLastTimestamp: null }
    : { source: {}, firstTimestamp: null, lastTimestamp: null, reportingComponent: '', reportingInstance: '' }
  for (const [field, value] of Object.entries({ eventTime: null, ...shown })) event[field] ??= value
}

/** What the server itself adds to new objects, by storage. */
const TABLE: Readonly<Record<string, Admit>> = {
  '/namespaces': admitNamespace,
  '/events': admitEvent,
  '/pods': admitPod,
  '/services': admitService,
  '/persistentvolumes': (volume, objects) => {
    protect('kubernetes.io/pv-protection')(volume)
    volume.status = { ...(volume.status as JsonObject), lastPhaseTransitionTime: objects.now() }
  },
  '/persistentvolumeclaims': protect('kubernetes.io/pvc-protection'),
  'batch/jobs': admitJob,
}

export function admit(objects: Objects, kind: Kind, object: JsonObject, write: Write): void {
  TABLE[kind.storage]?.(object, objects, write)
}

/** What the server carries over from the old object where a PUT leaves it out. */
export function admitUpdate(kind: Kind, old: JsonObject, object: JsonObject): void {
  if (kind.storage === '/services') keepAllocations(old, object)
  if (kind.storage === '/namespaces') object.spec = old.spec
}
