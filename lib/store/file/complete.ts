import { type FileHandle, lstat, open, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { minPartBytes } from '../parts.ts'
import { type Condition, type Part, StoreError, UploadNotFoundError } from '../types.ts'
import { commit } from './commit.ts'
import { writeDraft } from './draft.ts'
import { errnoOf, ifAbsent } from './errors.ts'
import type { Layout } from './layout.ts'
import { partName, removeUpload, uploadFolder } from './uploads.ts'

const copyBytes = 1024 * 1024

/**
 * Joins the parts and makes them the object. The joined file is made inside the upload's folder: who finds that folder
 * gone has lost to another completion or an abort, at whatever step. Killed in between, the upload is as it was.
 */
export async function completeUpload(
  layout: Layout,
  key: string,
  uploadId: string,
  parts: Part[],
  condition: Condition,
  newId: () => string,
): Promise<{ etag: string }> {
  const folder = await uploadFolder(layout, key, uploadId)
  const paths = parts.map(part => join(folder, partName(part)))
  try {
    await checkStored(key, parts, paths)
    const draft = await writeDraft(layout, folder, newId(), file => appendAll(file, paths))
    try {
      await commit(layout, key, draft, condition, newId)
    } finally {
      await unlink(draft.path).catch(ifAbsent)
    }
    await removeUpload(layout, uploadId, newId)
    return { etag: draft.identity }
  } catch (error) {
    throw errnoOf(error) === 'ENOENT' ? new UploadNotFoundError(key, error) : error
  }
}

async function checkStored(key: string, parts: Part[], paths: string[]): Promise<void> {
  for (const [index, path] of paths.entries()) {
    const stats = await lstat(path).catch(ifAbsent)
    const part = `part ${parts[index]?.partNumber} of the upload of ${JSON.stringify(key)}`
    // Parts go with their upload.
    if (!stats) await lstat(dirname(path))
    if (!stats) throw new StoreError(`${part} is not stored with this etag`, { code: 'InvalidPart' })
    if (stats.size < minPartBytes && index < paths.length - 1) {
      throw new StoreError(`${part} has ${stats.size} bytes; every part but the last one needs ${minPartBytes}`, {
        code: 'EntityTooSmall',
      })
    }
  }
}

async function appendAll(target: FileHandle, paths: string[]): Promise<void> {
  const buffer = Buffer.allocUnsafe(copyBytes)
  for (const path of paths) {
    const source = await open(path, 'r')
    try {
      for (;;) {
        const { bytesRead } = await source.read(buffer, 0, copyBytes)
        if (bytesRead === 0) break
        await target.writeFile(buffer.subarray(0, bytesRead))
      }
    } finally {
      await source.close()
    }
  }
}
