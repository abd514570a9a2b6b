import { admitUpdate } from './admission.ts'
import { applyDefaults } from './defaults.ts'
import { clone, equal, type JsonObject, text } from './json.ts'
import type { Kind } from './kinds.ts'
import type { Author } from './managed-fields.ts'
import { recordUpdate } from './managed-fields.ts'
import { finalizersOf, type Live, type Objects, type Write } from './objects.ts'
import { prepareForStatus, prepareForUpdate } from './prepare.ts'
import { conflict, invalid, invalidValue, modified } from './status.ts'
import { validateUpdate } from './validation.ts'

/** Notes who changed what; `apply` brings its own. */
export type Recorder = (kind: Kind, old: JsonObject, object: JsonObject, author: Author) => void

export interface Update extends Write {
  subresource: string
  record?: Recorder
}

/** Puts `written` in the place of a live object, as PUT and every kind of patch do in the end. */
export function update(objects: Objects, live: Live, written: JsonObject, by: Update): JsonObject {
  const { kind, object: old } = live
  const name = text(live.metadata.name)
  checkPreconditions(live, written.metadata as JsonObject)
  const draft: JsonObject & { metadata: JsonObject } = {
    ...clone(written),
    metadata: { ...clone(written.metadata as JsonObject) },
  }
  const creationTimestamp = live.metadata.creationTimestamp
  Object.assign(draft.metadata, { creationTimestamp, resourceVersion: live.metadata.resourceVersion })
  if (by.subresource === '') applyDefaults(kind, draft)
  const author = { manager: by.manager, time: objects.now(), subresource: by.subresource }
  const record = by.record ?? recordUpdate
  const object = by.subresource === 'status' ? prepareForStatus(old, draft) : draft
  record(kind, old, object, author)
  if (by.subresource === '') {
    prepareForUpdate(kind, old, object)
    admitUpdate(kind, old, object)
  }
  const causes = validateUpdate(kind, old, object)
  if (causes.length > 0) throw invalid(kind, name, causes)
  if (by.dryRun || equal(withoutTimes(old), withoutTimes(object))) return by.dryRun ? object : old
  return store(objects, live, object)
}

/** What is on its way out goes with its last finalizer, at the revision it had. */
function store(objects: Objects, live: Live, object: JsonObject): JsonObject {
  const metadata = object.metadata as JsonObject
  const held = finalizersOf(metadata).length > 0 || live.kind.storage === '/namespaces' || isGraceful(metadata)
  if (metadata.deletionTimestamp !== undefined && !held) {
    objects.remove({ ...live, object })
    return object
  }
  objects.save(live.kind, object, 'updated')
  return object
}

/** A pod that is given time to end is ended by its node, not by the loss of a finalizer. */
const isGraceful = (metadata: JsonObject) => Number(metadata.deletionGracePeriodSeconds ?? 0) > 0

function checkPreconditions({ kind, metadata }: Live, written: JsonObject): void {
  const [name, version] = [text(metadata.name), text(written.resourceVersion)]
  if (version !== '' && version !== metadata.resourceVersion) throw modified(kind, name)
}

/** PUT only: what identifies the object it was read from must still be true. */
export function checkReplace({ kind, metadata }: Live, written: JsonObject): void {
  const [name, uid] = [text(metadata.name), text(written.uid)]
  if (kind.custom !== undefined && text(written.resourceVersion) === '')
    throw invalid({ ...kind, kind: kind.resource }, name, [
      invalidValue('metadata.resourceVersion', 0, 'must be specified for an update'),
    ])
  if (uid !== '' && uid !== metadata.uid)
    throw conflict(kind, name, `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${metadata.uid}`)
}

/** Times in managedFields alone are no change. */
function withoutTimes(object: JsonObject): JsonObject {
  const { resourceVersion, managedFields, ...metadata } = object.metadata as JsonObject
  const fields = Array.isArray(managedFields)
    ? managedFields.map(entry => ({ ...(entry as JsonObject), time: '' }))
    : []
  return { ...object, metadata: { ...metadata, managedFields: fields } }
}
