import { clone, equal, isObject, type JsonObject } from './json.ts'
import { hasStatus, type Kind } from './kinds.ts'
import type { Objects } from './objects.ts'

/** Built-in resources whose generation the server counts; all custom ones count too. */
const COUNTED = new Set(
  (
    'deployments replicasets statefulsets daemonsets replicationcontrollers jobs cronjobs pods ingresses networkpolicies ' +
    'poddisruptionbudgets customresourcedefinitions mutatingwebhookconfigurations validatingwebhookconfigurations ' +
    'mutatingadmissionpolicies mutatingadmissionpolicybindings validatingadmissionpolicies ' +
    'validatingadmissionpolicybindings flowschemas prioritylevelconfigurations endpointslices priorityclasses ' +
    'servicecidrs resourceslices deviceclasses csistoragecapacities'
  ).split(' '),
)

const countsGeneration = (kind: Kind) => kind.custom !== undefined || COUNTED.has(kind.resource)

/** A node reports itself, status and all; every other status is the server's to give. */
const dropsStatus = (kind: Kind) => hasStatus(kind) && kind.storage !== '/nodes'

/** The object as it will be, before names, defaults and admission: system fields are the server's, not the client's. */
export function prepareForCreate(objects: Objects, kind: Kind, written: JsonObject): JsonObject {
  const { deletionTimestamp, deletionGracePeriodSeconds, selfLink, managedFields, ...metadata } = clone(
    written.metadata as JsonObject,
  )
  const object: JsonObject = {
    ...clone(written),
    metadata: {
      ...metadata,
      uid: objects.around.uid(),
      creationTimestamp: objects.now(),
      ...(countsGeneration(kind) && { generation: 1 }),
    },
  }
  if (dropsStatus(kind)) delete object.status
  return object
}

const KEPT = ['creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds', 'generation'] as const

/** Makes an object of a PUT or PATCH keep what only the server may set, and its status. */
export function prepareForUpdate(kind: Kind, old: JsonObject, object: JsonObject): void {
  const [before, metadata] = [old.metadata as JsonObject, object.metadata as JsonObject]
  // Another uid is left for validation to refuse.
  metadata.uid ??= before.uid
  for (const field of KEPT) metadata[field] = before[field]
  if (dropsStatus(kind)) {
    if (old.status === undefined) delete object.status
    else object.status = clone(old.status)
  }
  if (countsGeneration(kind) && changesContent(kind, old, object))
    metadata.generation = Number(before.generation ?? 0) + 1
}

/** What a PUT or PATCH of the status makes of what was there: nothing but the status changes. */
export function prepareForStatus(old: JsonObject, written: JsonObject): JsonObject {
  const metadata = clone(old.metadata as JsonObject)
  if (isObject(written.metadata)) metadata.managedFields = clone(written.metadata.managedFields)
  const object: JsonObject = { ...clone(old), metadata }
  if (written.status === undefined) delete object.status
  else object.status = clone(written.status)
  return object
}

function changesContent(kind: Kind, old: JsonObject, object: JsonObject): boolean {
  const content = ({ metadata, status, ...rest }: JsonObject) =>
    dropsStatus(kind) ? rest : { ...rest, ...(status !== undefined && { status }) }
  return !equal(content(old), content(object))
}
