import { lstat, rename, rmdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Condition, PreconditionFailedError } from '../types.ts'
import { claim, dropClaims, inFolder, linkExclusively, pruneClaims } from './claims.ts'
import { look } from './current.ts'
import { type Draft, syncFolder } from './draft.ts'
import { errnoOf, ifAbsent, unless } from './errors.ts'
import type { Layout } from './layout.ts'
import { publish, settle } from './settle.ts'

/**
 * Makes a draft the object `key`, in one step for everybody else. On return or failure the draft's own name may still
 * be there; its owner removes it. Throws PreconditionFailedError, and ENOENT where the draft was taken away.
 */
export async function commit(
  layout: Layout,
  key: string,
  draft: Draft,
  condition: Condition,
  newId: () => string,
): Promise<void> {
  const path = layout.object(key)
  for (;;) {
    const identity = await settle(layout, key, newId)
    const held = condition.ifMatch === undefined || condition.ifMatch === identity
    if (!held || (condition.ifNoneMatch && identity !== undefined)) throw new PreconditionFailedError(key)
    const done =
      identity === undefined
        ? await create(path, draft)
        : await replace(layout, key, { path, identity, draft, id: newId() })
    if (done) break
  }
  await syncFolder(dirname(path))
}

async function create(path: string, draft: Draft): Promise<boolean> {
  const made = await inFolder(dirname(path), draft.path, () => linkExclusively(draft.path, path))
  if (made) return true
  const there = await lstat(path).catch(ifAbsent)
  // An empty folder is what a deletion left that was killed while it tidied up.
  if (there?.isDirectory()) await removeEmptyFolder(path)
  else if (there && !there.isFile()) throw systemError('EISDIR', `${path} is neither a file nor a folder`)
  return false
}

async function removeEmptyFolder(path: string): Promise<void> {
  await rmdir(path).catch(error => {
    if (['ENOTEMPTY', 'EEXIST'].includes(errnoOf(error) ?? '')) throw systemError('EISDIR', `${path} is a folder`)
    return unless('ENOENT', 'ENOTDIR')(error)
  })
}

function systemError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code })
}

interface Replacement {
  path: string
  /** Of the object to be replaced. */
  identity: string
  draft: Draft
  id: string
}

async function replace(layout: Layout, key: string, { path, identity, draft, id }: Replacement): Promise<boolean> {
  const folder = layout.claimsOf(key)
  const successor = join(folder, `${id}.new`)
  await inFolder(folder, draft.path, () => rename(draft.path, successor))
  if (!(await claim(layout, folder, identity, `${id}.new`, id))) {
    await rename(successor, draft.path)
    return false
  }
  if ((await look(path))?.identity === identity) {
    // Where the successor is gone, somebody else has published it for us.
    await publish(successor, path)
  } else if (await publish(successor, draft.path)) {
    // Nobody published it and the object has moved on: we slept for so long that the claim that should have stopped us was pruned.
    await dropClaims(folder, [identity])
    return false
  }
  // The stamp is random in its microseconds: about every 16th writer tidies up.
  if ((draft.mtimeNs / 1000n) % 16n === 0n) await pruneClaims(folder, draft.mtimeNs)
  return true
}
