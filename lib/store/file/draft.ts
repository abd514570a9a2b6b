import { type FileHandle, mkdir, open, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { bucketMissing, errnoOf } from './errors.ts'
import { identityOf, stampUniquely } from './identity.ts'
import type { Layout } from './layout.ts'

/** A file that is complete and on disk, but not yet an object. */
export interface Draft {
  path: string
  /** The etag that it will have as an object. */
  identity: string
  mtimeNs: bigint
}

/** Makes a draft in `folder`, filled by `fill`. Nothing stays where that fails. */
export async function writeDraft(
  layout: Layout,
  folder: string,
  id: string,
  fill: (file: FileHandle) => Promise<void>,
): Promise<Draft> {
  const path = join(folder, id)
  const file = await openNew(layout, path, folder)
  try {
    await fill(file)
    await stampUniquely(file, id)
    await file.sync()
    const stats = await file.stat({ bigint: true })
    return { path, identity: identityOf(stats), mtimeNs: stats.mtimeNs }
  } catch (error) {
    await unlink(path)
    throw error
  } finally {
    await file.close()
  }
}

async function openNew(layout: Layout, path: string, folder: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx')
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT' || folder !== layout.drafts) throw error
    const missing = await bucketMissing(layout)
    if (missing) throw missing
    await mkdir(folder, { recursive: true })
    return await open(path, 'wx')
  }
}

/** Makes the names in a folder survive a power cut; some network file systems do that themselves and refuse. */
export async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await open(path, 'r')
    try {
      await folder.sync()
    } finally {
      await folder.close()
    }
  } catch (error) {
    if (!['EINVAL', 'EACCES', 'EPERM', 'EISDIR', 'ENOTSUP', 'ENOENT'].includes(errnoOf(error) ?? '')) throw error
  }
}
