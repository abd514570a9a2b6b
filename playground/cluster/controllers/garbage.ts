import type { Controller } from '../controllers.ts'
import { BACKGROUND, remove } from '../delete.ts'
import { type JsonObject, objects, text } from '../json.ts'
import { finalizersOf, type Live, type Objects } from '../objects.ts'
import { change, release } from './status.ts'

/** Deletes what its owners leave behind, as the propagation policy of their deletion says. */
export const collectGarbage: Controller = (all, { type, kind, object }) => {
  const metadata = object.metadata as JsonObject
  const uid = text(metadata.uid)
  if (type === 'created') {
    if (objects(metadata.ownerReferences).length > 0)
      collectOrphanedAtBirth(all, all.find(kind, text(metadata.namespace), text(metadata.name)))
    return
  }
  if (type === 'deleted') {
    for (const live of dependants(all, uid)) letGo(all, live, uid)
    return finishForeground(all, metadata)
  }
  if (metadata.deletionTimestamp === undefined) return
  const live = all.find(kind, text(metadata.namespace), text(metadata.name))
  if (live === undefined) return
  if (finalizersOf(metadata).includes('orphan')) {
    for (const dependant of dependants(all, uid)) disown(all, dependant, uid)
    release(all, live, ['orphan'])
  } else if (finalizersOf(metadata).includes('foregroundDeletion')) {
    for (const dependant of dependants(all, uid)) remove(all, dependant, { ...BACKGROUND, propagation: 'Foreground' })
    if (dependants(all, uid).length === 0) release(all, live, ['foregroundDeletion'])
  }
}

function dependants(all: Objects, uid: string): Live[] {
  return all.store.ownedBy(uid).flatMap(({ storage, entry }) => {
    const [kind] = all.registry.atStorage(storage)
    return kind === undefined ? [] : [all.live(kind, entry)]
  })
}

/** The last dependant of an owner that waits for them is gone. */
function finishForeground(all: Objects, metadata: JsonObject): void {
  for (const reference of objects(metadata.ownerReferences)) {
    const owner = ownerOf(all, reference, text(metadata.namespace))
    if (owner === undefined || !finalizersOf(owner.metadata).includes('foregroundDeletion')) continue
    if (dependants(all, text(reference.uid)).length === 0) release(all, owner, ['foregroundDeletion'])
  }
}

function ownerOf(all: Objects, reference: JsonObject, namespace: string): Live | undefined {
  const kind = all.registry.ofObject(text(reference.apiVersion), text(reference.kind))
  const owner = kind && all.find(kind, namespace, text(reference.name))
  return owner?.entry.uid === reference.uid ? owner : undefined
}

/** Without any owner left it goes too; with another one it only forgets this one. */
function letGo(all: Objects, live: Live, uid: string): void {
  const others = objects(live.metadata.ownerReferences).filter(reference => reference.uid !== uid)
  if (others.some(reference => ownerOf(all, reference, text(live.metadata.namespace)) !== undefined))
    disown(all, live, uid)
  else remove(all, live, BACKGROUND)
}

function disown(all: Objects, live: Live, uid: string): void {
  const left = objects(live.metadata.ownerReferences).filter(reference => reference.uid !== uid)
  const { ownerReferences, ...metadata } = live.metadata
  change(all, live, { ...live.object, metadata: { ...metadata, ...(left.length > 0 && { ownerReferences: left }) } })
}

/** An object whose owners don't exist, as one restored with its old references, does not last. */
function collectOrphanedAtBirth(all: Objects, live: Live | undefined): void {
  const owners = objects(live?.metadata.ownerReferences)
  if (live === undefined) return
  const known = owners.filter(owner => all.registry.ofObject(text(owner.apiVersion), text(owner.kind)) !== undefined)
  if (known.length < owners.length) return
  if (owners.every(owner => ownerOf(all, owner, text(live.metadata.namespace)) === undefined))
    remove(all, live, BACKGROUND)
}
