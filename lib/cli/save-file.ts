import { randomUUID } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { InvalidInputError, LateenError, messageOf } from '../velero/errors.ts'

/** What was read could not be stored: a full disk, say. */
export class FileWriteError extends LateenError {}

/**
 * Writes a stream to a new file that only its owner may read; what was written is removed if the stream breaks off or
 * the signal is aborted. With `overwrite` an existing file stays as it is until the new one is complete.
 */
export async function saveFile(
  source: Readable,
  path: string,
  { overwrite, signal }: { overwrite: boolean; signal?: AbortSignal },
): Promise<void> {
  const target = overwrite ? `${path}.${randomUUID()}.partial` : path
  const file = await open(target, 'wx', 0o600).catch(cause => {
    source.destroy()
    const next = cause.code === 'EEXIST' ? { next: 'Add --force to overwrite it.' } : {}
    throw new InvalidInputError(`open ${path}: ${reasonOf(cause)}`, { cause, ...next })
  })
  try {
    await pipeline(source, file.createWriteStream(), signal ? { signal } : {})
    if (overwrite) await rename(target, path)
  } catch (cause) {
    await rm(target, { force: true })
    throw isSystemError(cause) ? new FileWriteError(`write ${path}: ${reasonOf(cause)}`, { cause }) : cause
  }
}

/** In the words of the system, as Go gives them. */
const reasons: Record<string, string> = {
  EEXIST: 'file exists',
  EISDIR: 'is a directory',
  ENOENT: 'no such file or directory',
  ENOTDIR: 'not a directory',
  EACCES: 'permission denied',
  EROFS: 'read-only file system',
  ENOSPC: 'no space left on device',
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return typeof (error as NodeJS.ErrnoException).syscall === 'string' && !(error instanceof LateenError)
}

export function reasonOf(cause: NodeJS.ErrnoException): string {
  return reasons[cause.code ?? ''] ?? messageOf(cause)
}
