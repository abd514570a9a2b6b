import { equal, type JsonObject } from '../json.ts'
import { recordUpdate } from '../managed-fields.ts'
import type { Live, Objects } from '../objects.ts'

export const MANAGER = 'kube-controller-manager'

/** Writes a status as a component of the cluster does; one that says nothing new is not written. */
export function setStatus(objects: Objects, live: Live, status: JsonObject, manager = MANAGER): void {
  if (equal(live.object.status, status)) return
  change(objects, live, { ...live.object, status }, manager, 'status')
}

/** Writes a change to the object itself, with its managedFields. */
export function change(objects: Objects, live: Live, object: JsonObject, manager = MANAGER, subresource = ''): void {
  const draft = { ...object, metadata: { ...(object.metadata as JsonObject) } }
  recordUpdate(live.kind, live.object, draft, { manager, time: objects.now(), subresource })
  objects.save(live.kind, draft, 'updated')
}

/** Takes finalizers away; what was only held by them goes. */
export function release(objects: Objects, live: Live, finalizers: readonly string[]): void {
  const held = live.metadata.finalizers
  const left = (Array.isArray(held) ? held : []).filter(name => !finalizers.includes(String(name)))
  if (left.length === (Array.isArray(held) ? held.length : 0)) return
  const { finalizers: _old, ...metadata } = live.metadata
  const object = { ...live.object, metadata: { ...metadata, ...(left.length > 0 && { finalizers: left }) } }
  if (left.length === 0 && metadata.deletionTimestamp !== undefined) objects.remove({ ...live, object })
  else change(objects, live, object)
}
