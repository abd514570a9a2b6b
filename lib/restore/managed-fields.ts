import { RESTORE_LABELS } from './compare.ts'
import { isObject } from './json.ts'
import { ownsAll } from './owned-fields.ts'
import type { KubeObject, ManagedFieldsEntry } from './types.ts'

// The API server gives the creator of an object every field of it, as one entry with operation Update, whatever
// managedFields the object brought along. Only a PATCH of managedFields afterwards brings the old owners back: a second
// write for each object. It matters only to what server-side apply makes of ownership later:
// - An entry by Apply tells what its manager once applied. A field that it leaves out the next time is removed because of
//   that entry; without it the field stays for ever.
// - Of several managers by Update each is named in conflicts, and kubectl, when it goes over from client-side to
//   server-side apply, turns the entry of a manager by its name into its own. With one entry for all, it would take
//   over, and remove, fields that a controller or an autoscaler had written.
// - With one manager by Update, creating the object under its name gives the same entry. Its time is new, which nothing
//   reads, and the labels of a restore come with it; so does what the API server and admission had put into the object.
//   That matters where kubectl is the manager: at its first server-side apply it would remove what its file does not have,
//   such as the default class of an Ingress, or fail, as for the volumes of a pod, which may not change.
// Status does not count: it is not restored with the object, and who writes it again owns it again. What such an entry
// has of metadata (a Deployment's revision) goes to the creator, and to its writer when that writes it the next time.
// Where status is asked for, it is written by itself, and the same holds for that write.

type Entries = readonly ManagedFieldsEntry[] | undefined | null

/** Whether an object's owners can only be brought back by a PATCH of its managedFields. */
export function secondWriteNeeded(managedFields: Entries): boolean {
  const entries = relevant(managedFields)
  return severalOwn(entries) || entries.some(({ subresource }) => Boolean(subresource))
}

/** The same of the owners of a status that is restored. */
export function statusNeedsOwners(managedFields: Entries): boolean {
  return severalOwn(ofStatus(managedFields))
}

/** A single write under one manager's name would not do. */
function severalOwn(entries: readonly ManagedFieldsEntry[]): boolean {
  return (
    entries.some(({ operation }) => operation === 'Apply') || new Set(entries.map(({ manager }) => manager)).size > 1
  )
}

/** The names under which kubectl writes when it does not apply server-side, and whose fields it takes over when it does. */
const KUBECTL = ['kubectl-client-side-apply', 'before-first-apply']

/** Whether an object has fields that kubectl, its one manager, never owned, but would own after creating it. */
export function kubectlWouldOwnMore(managedFields: Entries, { metadata, ...content }: KubeObject): boolean {
  const [entry] = relevant(managedFields)
  if (entry === undefined || !KUBECTL.includes(entry.manager ?? '')) return false
  const { name: _, namespace: __, managedFields: ___, labels = {}, ...rest } = metadata
  const kept = Object.entries(labels).filter(([key]) => !RESTORE_LABELS.includes(key))
  const { apiVersion: _v, kind: _k, ...body } = content
  return !ownsAll(entry.fieldsV1, { ...body, metadata: { ...rest, labels: Object.fromEntries(kept) } })
}

/**
 * The `fieldManager` to create an object under, so that it is owned as before; undefined where a second write is to
 * settle that, or where the object has no owner.
 */
export function creatingManager(managedFields: Entries): string | undefined {
  return secondWriteNeeded(managedFields) ? undefined : relevant(managedFields)[0]?.manager || undefined
}

/** The `fieldManager` to write a status under; undefined as for creatingManager. */
export function statusManager(managedFields: Entries): string | undefined {
  return statusNeedsOwners(managedFields) ? undefined : ofStatus(managedFields)[0]?.manager || undefined
}

function relevant(managedFields: Entries): readonly ManagedFieldsEntry[] {
  return entriesOf(managedFields).filter(({ subresource }) => subresource !== 'status')
}

function ofStatus(managedFields: Entries): readonly ManagedFieldsEntry[] {
  return entriesOf(managedFields).filter(({ subresource }) => subresource === 'status')
}

function entriesOf(managedFields: Entries): readonly ManagedFieldsEntry[] {
  return (Array.isArray(managedFields) ? managedFields : []).filter(isObject)
}
