import type { Dirent } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { ListPage, ObjectInfo } from '../types.ts'
import { currentObject, look } from './current.ts'
import { bucketMissing, ifAbsent } from './errors.ts'
import { claimsName, helperFolder, type Layout } from './layout.ts'

const pageSize = 1000
/** Files looked at side by side. */
const width = 64

type Found = { object: ObjectInfo } | { prefix: string }

/** Lists objects page by page, reading one folder after the other; holds the names of the folders on one path only. */
export async function* listObjects(layout: Layout, prefix: string, delimiter?: '/'): AsyncGenerator<ListPage> {
  const folder = layout.folderOf(prefix)
  const walk = new Walk(layout, delimiter !== undefined, await claimedKeys(layout))
  let page: ListPage = { objects: [], prefixes: [] }
  let empty = true
  for await (const found of walk.folder(folder, prefix.slice(folder.length))) {
    if ('object' in found) page.objects.push(found.object)
    else page.prefixes.push(found.prefix)
    empty = false
    if (page.objects.length + page.prefixes.length < pageSize) continue
    yield page
    page = { objects: [], prefixes: [] }
  }
  if (page.objects.length + page.prefixes.length > 0) yield page
  const missing = empty && (await bucketMissing(layout))
  if (missing) throw missing
}

/** Digests of the keys that have claims, so that all others cost one system call each. */
async function claimedKeys(layout: Layout): Promise<Set<string>> {
  return new Set((await readdir(layout.claims).catch(ifAbsent)) ?? [])
}

class Walk {
  readonly #layout: Layout
  readonly #fold: boolean
  readonly #claimed: Set<string>

  constructor(layout: Layout, fold: boolean, claimed: Set<string>) {
    this.#layout = layout
    this.#fold = fold
    this.#claimed = claimed
  }

  /** Everything below `folder` (a key that is empty or ends in `/`) whose name there begins with `start`. */
  async *folder(folder: string, start: string): AsyncGenerator<Found> {
    const entries = await entriesOf(join(this.#layout.root, folder), start)
    for (let at = 0; at < entries.length; at += width) {
      const slice = entries.slice(at, at + width)
      const objects = await Promise.all(
        slice.map(name => (name.endsWith('/') ? undefined : this.#object(folder + name))),
      )
      for (const [index, name] of slice.entries()) {
        const object = objects[index]
        if (object) yield { object }
        else if (!name.endsWith('/')) continue
        else if (!this.#fold) yield* this.folder(folder + name, '')
        else if (await this.#holdsObject(folder + name)) yield { prefix: folder + name }
      }
    }
  }

  async #object(key: string): Promise<ObjectInfo | undefined> {
    const claimed = this.#claimed.size > 0 && this.#claimed.has(claimsName(key))
    const path = join(this.#layout.root, key)
    const found = claimed ? await currentObject(this.#layout, key, look) : await look(path)
    return found && { key, size: found.size, etag: found.identity, lastModified: found.lastModified }
  }

  /** S3 has no empty folders; here a killed deletion may leave some. */
  async #holdsObject(folder: string): Promise<boolean> {
    for (const name of await entriesOf(join(this.#layout.root, folder), '')) {
      if (!name.endsWith('/') || (await this.#holdsObject(folder + name))) return true
    }
    return false
  }
}

/** Names of files, and of folders with a slash, in the order of the keys that they begin: `a-b`, `a.b`, `a/`. */
async function entriesOf(path: string, start: string): Promise<string[]> {
  const entries: Dirent[] = (await readdir(path, { withFileTypes: true }).catch(ifAbsent)) ?? []
  return entries
    .filter(entry => entry.name.startsWith(start) && entry.name !== helperFolder)
    .flatMap(entry => (entry.isDirectory() ? [`${entry.name}/`] : entry.isFile() ? [entry.name] : []))
    .map(name => ({ name, bytes: Buffer.from(name) }))
    .sort((a, b) => Buffer.compare(a.bytes, b.bytes))
    .map(({ name }) => name)
}
