import type { Entry } from '../../helpers/archive.ts'

/** A stored object: its group-resource, as in the archive's paths, and where it lives. */
export interface StoredObject {
  type: string
  namespace: string | undefined
  name: string
  content: Buffer
}

const PLAIN = /^resources\/([^/]+)\/(?:cluster|namespaces\/([^/]+))\/([^/]+)\.json$/

/** The entries that are the ones to restore from, those without a version in the path. */
export function storedObjects(entries: readonly Entry[]): StoredObject[] {
  return entries.flatMap(entry => {
    const [, type, namespace, name] = PLAIN.exec(entry.name) ?? []
    return type && name ? [{ type, namespace, name, content: entry.content }] : []
  })
}
