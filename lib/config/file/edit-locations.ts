import { type Document, isMap, isSeq, type YAMLMap } from 'yaml'
import { ConfigError } from '../errors.ts'

/** A value, and the keys that lead to it from the location; undefined takes the key away. */
export interface Change {
  path: readonly string[]
  value: unknown
}

export function addLocation(document: Document, entry: object): void {
  const list = document.get('locations')
  if (!isSeq(list)) {
    document.set('locations', document.createNode([entry]))
    return
  }
  const node = document.createNode(entry)
  const last = list.items.at(-1)
  // As those before it are: each after an empty line, or not.
  if (isMap(last) && last.spaceBefore && isMap(node)) node.spaceBefore = true
  if (last === undefined) list.flow = false
  list.add(node)
}

export function changeLocation(document: Document, name: string, changes: readonly Change[]): void {
  const { location } = find(document, name)
  for (const { path, value } of changes) {
    if (value === undefined) location.deleteIn(path)
    else location.setIn(path, document.createNode(value))
  }
}

export function removeLocation(document: Document, name: string): void {
  document.deleteIn(['locations', find(document, name).index])
}

function find(document: Document, name: string): { location: YAMLMap; index: number } {
  const list = document.get('locations')
  const items = isSeq(list) ? list.items : []
  for (const [index, location] of items.entries())
    if (isMap(location) && location.get('name') === name) return { location, index }
  throw new ConfigError(`the location ${JSON.stringify(name)} is written with an alias, which is not changed here`, {
    next: 'Change the file by hand.',
  })
}
