import type { BackupSource } from '../bucket/archive-source.ts'
import { entriesOf, readObject } from './archived.ts'
import { NAMESPACES } from './names.ts'
import type { KubeObject } from './types.ts'

/**
 * Answers Namespace objects of a backup by name. They are read when the first is asked for, and kept without what no new
 * namespace gets: one small object for each.
 */
export function storedNamespaces(source: BackupSource): (name: string) => Promise<KubeObject | undefined> {
  let known: Promise<Map<string, KubeObject>> | undefined
  return async name => {
    known ??= readAll(source)
    return (await known).get(name)
  }
}

async function readAll(source: BackupSource): Promise<Map<string, KubeObject>> {
  const found = new Map<string, KubeObject>()
  for (const member of source.members.filter(({ resource, version }) => resource === NAMESPACES && version === ''))
    for (const entry of await entriesOf(source, member)) {
      const object = readObject(entry)
      if (object === undefined) continue
      const { managedFields: _, ...metadata } = object.metadata
      const { apiVersion, kind, spec } = object
      found.set(entry.name, { apiVersion, kind, metadata, spec })
    }
  return found
}
