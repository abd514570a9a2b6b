import type { BigIntStats } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'

/**
 * Names one written file for as long as it exists, wherever it is linked: the etag. Taken from the file itself, so files
 * that were copied into the store have one too. Files are never changed in place.
 */
export function identityOf(file: BigIntStats): string {
  return [file.ino, file.mtimeNs, file.size].map(part => part.toString(36)).join('-')
}

/**
 * Makes sure that a file's identity does not come back: file systems give an inode that was freed to the next file, and
 * stamp all files of one clock tick (up to 10 ms) alike. So the stamp is moved by a random part of such a tick.
 */
export async function stampUniquely(file: FileHandle, randomId: string): Promise<void> {
  const { mtimeNs } = await file.stat({ bigint: true })
  const fraction = Number.parseInt(randomId.slice(0, 8), 16) / 2 ** 32
  const seconds = Number(mtimeNs / 1000n) / 1e6 + fraction / 100
  await file.utimes(seconds, seconds)
}
