import { stat } from 'node:fs/promises'
import { LateenError, messageOf } from '../../velero/errors.ts'
import { StoreError } from '../types.ts'
import type { Layout } from './layout.ts'

/** The errno of a failed system call: `ENOENT`. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** Turns these errnos into `undefined`; everything else is thrown on. */
export function unless(...codes: string[]): (error: unknown) => undefined {
  return error => {
    if (!codes.includes(errnoOf(error) ?? '')) throw error
    return undefined
  }
}

/** No such file: also where a folder on the way is a file, or the file is a link that is not followed. */
export const ifAbsent = unless('ENOENT', 'ENOTDIR', 'ELOOP')

const advice: Record<string, { problem: string; next: string }> = {
  EACCES: { problem: 'access is denied', next: "Give this process's user access to the folder." },
  EPERM: { problem: 'it is not permitted', next: "Give this process's user access to the folder." },
  EROFS: { problem: 'the file system is read-only', next: 'Mount it writable, or use another location.' },
  ENOSPC: { problem: 'the disk is full', next: 'Free space there, for instance by deleting expired backups.' },
  EDQUOT: { problem: "the user's quota is used up", next: 'Raise the quota or delete expired backups.' },
  EMFILE: { problem: 'too many files are open', next: 'Raise the limit of open files (ulimit -n).' },
  EXDEV: { problem: 'it spans two file systems', next: 'Keep the whole location on one file system.' },
  ENOTDIR: {
    problem: 'a part of its path is a file already',
    next: 'A folder holds no key that continues another one with a slash; use another name.',
  },
  EISDIR: {
    problem: 'there is a folder of this name already',
    next: 'A folder holds no key that continues another one with a slash; use another name.',
  },
}

/** One sentence for a failed system call, with the errno as its code. `what` is what was tried: `write "a/b"`. */
export async function fileError(error: unknown, what: string, layout: Layout): Promise<unknown> {
  const code = errnoOf(error)
  if (error instanceof LateenError || code === undefined) return error
  const missing = await bucketMissing(layout)
  if (missing) return missing
  const known = advice[code]
  return new StoreError(`can't ${what} in ${layout.root}: ${known?.problem ?? messageOf(error)}`, {
    code,
    ...(known && { next: known.next }),
    cause: error,
  })
}

/** The error to throw where the location's folder itself is absent, so that a typing error does not look like an empty bucket. */
export async function bucketMissing(layout: Layout): Promise<StoreError | undefined> {
  const found = await stat(layout.bucket).catch(ifAbsent)
  if (found?.isDirectory()) return undefined
  return new StoreError(`the location's folder ${layout.bucket} ${found ? 'is a file' : 'does not exist'}`, {
    code: 'NoSuchBucket',
    next: found ? 'Name a folder.' : `Mount or create it, for instance with: mkdir -p '${layout.bucket}'`,
  })
}
