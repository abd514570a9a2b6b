import { isObject } from './json.ts'
import type { ManagedFieldsEntry } from './types.ts'

// The API server gives the creator of an object every field of it, as one entry with operation Update, whatever
// managedFields the object brought along. Only a PATCH of managedFields afterwards brings the old owners back: a second
// write for each object. It matters only to what server-side apply makes of ownership later:
// - An entry by Apply tells what its manager once applied. A field that it leaves out the next time is removed because of
//   that entry; without it the field stays for ever.
// - Of several managers by Update each is named in conflicts, and kubectl, when it goes over from client-side to
//   server-side apply, turns the entry of a manager by its name into its own. With one entry for all, it would take
//   over, and remove, fields that a controller or an autoscaler had written.
// - With one manager by Update, creating the object under its name gives the same entry. Its time is new, which nothing
//   reads, and the labels of a restore come with it.
// Status does not count: it is not restored with the object, and who writes it again owns it again. What such an entry
// has of metadata (a Deployment's revision) goes to the creator, and to its writer when that writes it the next time.

type Entries = readonly ManagedFieldsEntry[] | undefined | null

/** Whether an object's owners can only be brought back by a PATCH of its managedFields. */
export function secondWriteNeeded(managedFields: Entries): boolean {
  const entries = relevant(managedFields)
  return (
    entries.some(({ operation, subresource }) => operation === 'Apply' || Boolean(subresource)) ||
    new Set(entries.map(({ manager }) => manager)).size > 1
  )
}

/**
 * The `fieldManager` to create an object under, so that it is owned as before; undefined where a second write is to
 * settle that, or where the object has no owner.
 */
export function creatingManager(managedFields: Entries): string | undefined {
  return secondWriteNeeded(managedFields) ? undefined : relevant(managedFields)[0]?.manager || undefined
}

function relevant(managedFields: Entries): readonly ManagedFieldsEntry[] {
  return (Array.isArray(managedFields) ? managedFields : []).filter(
    entry => isObject(entry) && entry.subresource !== 'status',
  )
}
