import { type Comparison, compare } from './fields/compare.ts'
import { difference, emptySet, type FieldSet, filter, isEmpty, parseSet, printSet, union } from './fields/set.ts'
import { equal, isObject, type JsonObject, objects, text } from './json.ts'
import { groupVersion, hasStatus, type Kind } from './kinds.ts'

/** Who wrote, when, and through which subresource ('' for the object itself). */
export interface Author {
  manager: string
  time: string
  subresource: string
}

export interface Manager extends Author {
  operation: string
  apiVersion: string
  fields: FieldSet
}

/** Notes in a new object's managedFields what its creator set. */
export function recordCreate(kind: Kind, object: JsonObject, author: Author): void {
  const fields = ownPart(kind, author, compare(kind, undefined, object).written)
  const creator: Manager = { ...author, operation: 'Update', apiVersion: groupVersion(kind), fields }
  storeManagers(object.metadata as JsonObject, [creator])
}

/**
 * Notes what a PUT or patch changed. managedFields that the client sent take the place of those that were there; an
 * empty list wipes them, and an object without any is not followed any more.
 */
export function recordUpdate(kind: Kind, old: JsonObject, object: JsonObject, author: Author): void {
  const metadata = object.metadata as JsonObject
  const before = managersOf(old.metadata as JsonObject)
  const sent = author.subresource === '' ? metadata.managedFields : undefined
  const wiped = Array.isArray(sent) && (sent.length === 0 || (sent.length === 1 && equal(sent[0], {})))
  const given = managersOf(metadata).length > 0 && author.subresource === '' ? managersOf(metadata) : before
  if (wiped || given.length === 0) {
    delete metadata.managedFields
    return
  }
  const { written, removed } = compare(kind, old, object)
  storeManagers(
    metadata,
    update(given, { written: ownPart(kind, author, written), removed }, author, groupVersion(kind)),
  )
}

function update(given: readonly Manager[], change: Comparison, author: Author, apiVersion: string): Manager[] {
  const mine = given.find(
    manager =>
      manager.operation === 'Update' &&
      manager.manager === author.manager &&
      manager.subresource === author.subresource &&
      manager.apiVersion === apiVersion,
  )
  const others = given
    .filter(manager => manager !== mine)
    .map(manager => ({ ...manager, fields: difference(difference(manager.fields, change.written), change.removed) }))
  const before = mine?.fields ?? emptySet()
  const fields = difference(union(before, change.written), change.removed)
  const time = isEmpty(change.written) && mine !== undefined ? mine.time : author.time
  return [...others, { ...author, time, operation: 'Update', apiVersion, fields }]
}

/** A write of the object itself does not write its status, where that has a subresource of its own. */
function ownPart(kind: Kind, author: Author, fields: FieldSet): FieldSet {
  if (!hasStatus(kind)) return fields
  return author.subresource === 'status' ? fields : filter(fields, path => path[0] !== 'f:status')
}

export function managersOf(metadata: JsonObject): Manager[] {
  return objects(metadata.managedFields).map(entry => ({
    manager: text(entry.manager),
    operation: text(entry.operation),
    apiVersion: text(entry.apiVersion),
    time: text(entry.time),
    subresource: text(entry.subresource),
    fields: parseSet(isObject(entry.fieldsV1) ? entry.fieldsV1 : {}),
  }))
}

/** Writes managedFields in the server's order: what was applied first, then by time, then by name. */
export function storeManagers(metadata: JsonObject, managers: readonly Manager[]): void {
  const kept = managers.filter(manager => !isEmpty(manager.fields))
  if (kept.length === 0) {
    delete metadata.managedFields
    return
  }
  metadata.managedFields = kept.sort(order).map(manager => ({
    manager: manager.manager,
    operation: manager.operation,
    apiVersion: manager.apiVersion,
    // Who applied what was there already has no time.
    ...(manager.time !== '' && { time: manager.time }),
    fieldsType: 'FieldsV1',
    fieldsV1: printSet(manager.fields),
    ...(manager.subresource !== '' && { subresource: manager.subresource }),
  }))
}

function order(a: Manager, b: Manager): number {
  if (a.operation !== b.operation) return a.operation === 'Apply' ? -1 : 1
  if (a.time !== b.time) return a.time < b.time ? -1 : 1
  if (a.manager !== b.manager) return a.manager < b.manager ? -1 : 1
  return a.subresource < b.subresource ? -1 : 1
}
