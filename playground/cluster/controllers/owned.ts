import { BACKGROUND, remove } from '../delete.ts'
import { at, type JsonObject, text } from '../json.ts'
import { groupVersion, type Kind } from '../kinds.ts'
import type { Live, Objects } from '../objects.ts'
import { change } from './status.ts'

export const ownerReference = ({ kind, metadata }: Live): JsonObject => ({
  apiVersion: groupVersion(kind),
  kind: kind.kind,
  name: text(metadata.name),
  uid: text(metadata.uid),
  controller: true,
  blockOwnerDeletion: true,
})

/** What an object controls of one kind, oldest first. What its selector fits and nobody controls, it makes its own. */
export function controlled(all: Objects, owner: Live, kind: Kind): Live[] {
  for (const orphan of orphans(all, owner, kind)) adopt(all, owner, orphan)
  return all.store
    .ownedBy(text(owner.metadata.uid))
    .filter(({ storage }) => storage === kind.storage)
    .map(({ entry }) => all.live(kind, entry))
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .sort((a, b) => a.entry.revision - b.entry.revision)
}

function orphans(all: Objects, owner: Live, kind: Kind): Live[] {
  const wanted = Object.entries(at(owner.object, 'spec', 'selector', 'matchLabels'))
  if (wanted.length === 0 || owner.metadata.deletionTimestamp !== undefined) return []
  const namespace = text(owner.metadata.namespace)
  return all.store
    .snapshot(kind.storage)
    .filter(entry => entry.namespace === namespace && entry.owners.length === 0)
    .filter(entry => wanted.every(([key, value]) => entry.labels?.[key] === value))
    .map(entry => all.live(kind, entry))
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
}

function adopt(all: Objects, owner: Live, orphan: Live): void {
  const metadata = { ...orphan.metadata, ownerReferences: [ownerReference(owner)] }
  change(all, orphan, { ...orphan.object, metadata })
}

/** Creates or deletes until there are as many as wanted; answers those that stay. */
export function scale(all: Objects, owner: Live, kind: Kind, wanted: number, makeOne: () => void): Live[] {
  const there = controlled(all, owner, kind)
  for (const extra of there.slice(wanted)) remove(all, extra, BACKGROUND)
  for (let i = there.length; i < wanted; i++) makeOne()
  return controlled(all, owner, kind)
}

const SAFE = 'bcdfghjklmnpqrstvwxz2456789'

/** A short name for a piece of JSON, as in pod-template-hash: FNV-1a, its digits in the server's alphabet. */
export function hashOf(value: JsonObject): string {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(JSON.stringify(value))) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
  return [...String(hash)].map(digit => SAFE[digit.charCodeAt(0) % SAFE.length]).join('')
}
