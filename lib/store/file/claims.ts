import { link, lstat, mkdir, readdir, readFile, rmdir, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { writeDraft } from './draft.ts'
import { errnoOf, ifAbsent, unless } from './errors.ts'
import type { Layout } from './layout.ts'

// How an object changes hands without locks. Its file has an identity E. Whoever wants to replace or delete it links a
// claim named E into the claims folder of the key; link(2) is exclusive, so E gets one successor and no more. From that
// moment the change is made: the claim tells where the successor lies (`NAME.new`, beside the claim), or that there is
// none, and readers follow it. Publishing, the rename of the successor to the object's place, can be done by anybody and
// only once, because the rename uses the successor's name up. A process that dies in between leaves nothing to clean
// before others go on. A claim stays for a while after it was published: a writer that read E before then still loses.

/** What a claim says: the name of the successor beside it, or that the object is deleted. */
export const deleted = 'deleted'

/** For how long a published claim keeps stopping writers that were suspended between reading E and claiming it. */
const keptNs = 3_600_000_000_000n

export async function readClaim(folder: string, identity: string): Promise<string | undefined> {
  return await readFile(join(folder, identity), 'utf8').catch(ifAbsent)
}

/** Claims the succession of `identity`; answers false where somebody else has it. */
export async function claim(
  layout: Layout,
  folder: string,
  identity: string,
  text: string,
  id: string,
): Promise<boolean> {
  const draft = await writeDraft(layout, layout.drafts, id, file => file.writeFile(text))
  try {
    return await inFolder(folder, draft.path, () => linkExclusively(draft.path, join(folder, identity)))
  } finally {
    await unlink(draft.path)
  }
}

/** link(2), but an answer that NFS lost and asked for again (EEXIST for our own link) counts as what it is. */
export async function linkExclusively(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error
    const [ours, theirs] = await Promise.all([lstat(from), lstat(to).catch(ifAbsent)])
    return ours.ino === theirs?.ino && ours.dev === theirs.dev
  }
}

/**
 * Links or moves `source` into a folder, which others remove as soon as it is empty: then it is made again. Throws ENOENT
 * where it is the source that is gone.
 */
export async function inFolder<T>(folder: string, source: string, action: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await action()
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error
      await lstat(source)
      // Making a path fails, too, where one of its folders goes at the same time.
      await mkdir(folder, { recursive: true }).catch(unless('ENOENT'))
    }
  }
}

/** Removes claims and lost drafts of a key that are older than an hour by the file server's own clock. */
export async function pruneClaims(folder: string, nowNs: bigint): Promise<void> {
  for (const name of (await readdir(folder).catch(ifAbsent)) ?? []) {
    const stats = await lstat(join(folder, name), { bigint: true }).catch(ifAbsent)
    if (stats && stats.mtimeNs < nowNs - keptNs) await unlink(join(folder, name)).catch(ifAbsent)
  }
}

/** The claims in a key's folder, without the files that are on their way to or from the object's place. */
export async function claimsIn(folder: string): Promise<string[]> {
  const names = (await readdir(folder).catch(ifAbsent)) ?? []
  return names.filter(name => !/\.(new|old)$/.test(name))
}

/** Removes these claims, and their folder where nothing else is in it. */
export async function dropClaims(folder: string, names: string[]): Promise<void> {
  for (const name of names) await unlink(join(folder, name)).catch(ifAbsent)
  await rmdir(folder).catch(unless('ENOENT', 'ENOTEMPTY', 'EEXIST'))
}
