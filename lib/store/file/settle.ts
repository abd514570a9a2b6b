import { lstat, rename, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { deleted, linkExclusively, readClaim } from './claims.ts'
import { look } from './current.ts'
import { ifAbsent } from './errors.ts'
import { identityOf } from './identity.ts'
import type { Layout } from './layout.ts'

/**
 * Finishes what a claim on this object has begun, whoever made it, and answers the object's identity then; `undefined`
 * where there is no object. For writers.
 */
export async function settle(layout: Layout, key: string, newId: () => string): Promise<string | undefined> {
  const path = layout.object(key)
  const folder = layout.claimsOf(key)
  let unfinished: string | undefined
  for (;;) {
    const identity = (await look(path))?.identity
    if (identity === undefined) return undefined
    const claim = await readClaim(folder, identity)
    if (claim === undefined) return identity
    if (claim === deleted) await takeAway(path, folder, identity, newId())
    else if (identity === unfinished) await unlink(join(folder, identity)).catch(ifAbsent)
    else if (claim === '' || !(await publish(join(folder, claim), path))) unfinished = identity
  }
}

/** Puts a successor in its object's place; false where it is not there any more, for somebody did it before. */
export async function publish(successor: string, path: string): Promise<boolean> {
  return (await rename(successor, path).then(() => true, ifAbsent)) ?? false
}

/**
 * Removes a deleted object's file. unlink(2) takes no condition, so the file is moved aside and looked at first: where a
 * process slept between the two steps and moved a newer object, that is put back.
 */
export async function takeAway(path: string, folder: string, identity: string, id: string): Promise<void> {
  if ((await look(path))?.identity !== identity) return
  const aside = join(folder, `${id}.old`)
  if (!(await publish(path, aside))) return
  if (identityOf(await lstat(aside, { bigint: true })) !== identity) await linkExclusively(aside, path)
  await unlink(aside).catch(ifAbsent)
}
