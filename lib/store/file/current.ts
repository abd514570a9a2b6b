import { constants } from 'node:fs'
import { type FileHandle, lstat, open } from 'node:fs/promises'
import { join } from 'node:path'
import { deleted, readClaim } from './claims.ts'
import { ifAbsent } from './errors.ts'
import { identityOf } from './identity.ts'
import type { Layout } from './layout.ts'

/** An object as it stands, with its file open where it was opened. */
export interface Current {
  identity: string
  size: number
  lastModified: Date
  file?: FileHandle
}

/** Looks at one path; `undefined` where it is not a regular file. */
export type Look = (path: string) => Promise<Current | undefined>

export const look: Look = async path => {
  const stats = await lstat(path, { bigint: true }).catch(ifAbsent)
  return stats?.isFile() ? describe(stats) : undefined
}

/** Opens the file, too. A pipe of that name must not block, and a symbolic link is not an object. */
export const lookAndOpen: Look = async path => {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(ifAbsent)
  if (!file) return undefined
  const stats = await file.stat({ bigint: true })
  if (stats.isFile()) return { ...describe(stats), file }
  await file.close()
  return undefined
}

function describe(stats: Parameters<typeof identityOf>[0]): Current {
  return { identity: identityOf(stats), size: Number(stats.size), lastModified: stats.mtime }
}

/** The object as readers must see it: the file at its place, or its successor once that is claimed. Writes nothing. */
export async function currentObject(layout: Layout, key: string, look: Look): Promise<Current | undefined> {
  const folder = layout.claimsOf(key)
  let seen: string | undefined
  for (;;) {
    const found = await look(layout.object(key))
    if (!found) return undefined
    const claim = await readClaim(folder, found.identity)
    // A claim whose successor is gone while the object is unchanged leads nowhere: its draft was swept away.
    if (claim === undefined || found.identity === seen) return found
    await found.file?.close()
    if (claim === deleted) return undefined
    const successor = claim === '' ? undefined : await look(join(folder, claim))
    if (successor) return successor
    seen = found.identity
  }
}
