import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { createGunzip } from 'node:zlib'
import { extract, type Header } from 'tar-stream'

export interface Entry {
  header: Header
  content: Buffer
}

/** A stored object's place: the group-resource, as in the archive's paths, and where it lives. */
export interface Place {
  type: string
  namespace: string | undefined
  name: string
}

/** The entries of a .tar.gz in their order. */
export async function readArchive(bytes: Buffer): Promise<Entry[]> {
  const entries: Entry[] = []
  for await (const entry of Readable.from([bytes]).pipe(createGunzip()).pipe(extract()))
    entries.push({ header: entry.header, content: await buffer(entry) })
  return entries
}

const PLAIN = /^resources\/([^/]+)\/(?:cluster|namespaces\/([^/]+))\/([^/]+)\.json$/

/** The entries that are the ones to restore from, those without a version in the path. */
export function storedObjects(entries: readonly Entry[]): (Place & { content: Buffer })[] {
  return entries.flatMap(({ header, content }) => {
    const [, type, namespace, name] = PLAIN.exec(header.name) ?? []
    return type && name ? [{ type, namespace, name, content }] : []
  })
}
