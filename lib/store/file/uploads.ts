import { createHash } from 'node:crypto'
import { lstat, mkdir, readdir, readFile, rename, rm, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { type Part, type Upload, UploadNotFoundError } from '../types.ts'
import { syncFolder, writeDraft } from './draft.ts'
import { errnoOf, ifAbsent } from './errors.ts'
import type { Layout } from './layout.ts'

// An upload is a folder with its key and its parts, each a file `NUMBER.ETAG`. It appears and disappears by one rename.

const keyFile = 'key'

export async function createUpload(layout: Layout, key: string, newId: () => string): Promise<string> {
  layout.object(key)
  const uploadId = newId()
  const draft = await writeDraft(layout, layout.drafts, newId(), file => file.writeFile(key))
  const folder = join(layout.drafts, uploadId)
  await mkdir(folder)
  await rename(draft.path, join(folder, keyFile))
  await mkdir(layout.uploads, { recursive: true })
  await rename(folder, join(layout.uploads, uploadId))
  await syncFolder(layout.uploads)
  return uploadId
}

export async function writePart(
  layout: Layout,
  key: string,
  uploadId: string,
  partNumber: number,
  body: Uint8Array,
  newId: () => string,
): Promise<Part> {
  const folder = await uploadFolder(layout, key, uploadId)
  const etag = createHash('sha256').update(body).digest('hex')
  const draft = await writeDraft(layout, layout.drafts, newId(), file => file.writeFile(body))
  try {
    await rename(draft.path, join(folder, partName({ partNumber, etag })))
  } catch (error) {
    await unlink(draft.path)
    throw errnoOf(error) === 'ENOENT' ? new UploadNotFoundError(key, error) : error
  }
  await syncFolder(folder)
  return { partNumber, etag }
}

/** The folder of this key's upload. Throws UploadNotFoundError. */
export async function uploadFolder(layout: Layout, key: string, uploadId: string): Promise<string> {
  if (!(await hasUpload(layout, key, uploadId))) throw new UploadNotFoundError(key)
  return join(layout.uploads, uploadId)
}

export async function hasUpload(layout: Layout, key: string, uploadId: string): Promise<boolean> {
  layout.object(key)
  if (!/^[0-9a-f-]+$/.test(uploadId)) return false
  return (await readFile(join(layout.uploads, uploadId, keyFile), 'utf8').catch(ifAbsent)) === key
}

/** Ends an upload; nothing happens where it has ended. */
export async function removeUpload(layout: Layout, uploadId: string, newId: () => string): Promise<void> {
  const aside = join(layout.drafts, newId())
  const moved = await rename(join(layout.uploads, uploadId), aside).then(() => true, ifAbsent)
  if (moved) await rm(aside, { recursive: true, force: true })
}

export async function* listUploads(layout: Layout): AsyncGenerator<Upload> {
  for (const uploadId of (await readdir(layout.uploads).catch(ifAbsent)) ?? []) {
    const file = join(layout.uploads, uploadId, keyFile)
    const [key, stats] = await Promise.all([readFile(file, 'utf8').catch(ifAbsent), lstat(file).catch(ifAbsent)])
    if (key !== undefined && stats) yield { key, uploadId, initiated: stats.mtime }
  }
}

export function partName(part: Part): string {
  return `${String(part.partNumber).padStart(5, '0')}.${part.etag}`
}
