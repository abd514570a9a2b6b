import { rmdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { claim, claimsIn, deleted, dropClaims } from './claims.ts'
import { unless } from './errors.ts'
import type { Layout } from './layout.ts'
import { settle, takeAway } from './settle.ts'

/** Deletes an object, and the folders that it leaves empty. No error where there is none. */
export async function removeObject(layout: Layout, key: string, newId: () => string): Promise<void> {
  const path = layout.object(key)
  const folder = layout.claimsOf(key)
  for (;;) {
    const identity = await settle(layout, key, newId)
    if (identity === undefined) return
    if (!(await claim(layout, folder, identity, deleted, newId()))) continue
    // Listed before the file goes: what is claimed afterwards belongs to the next object of this key.
    const claims = await claimsIn(folder)
    await takeAway(path, folder, identity, newId())
    await dropClaims(folder, claims)
    await pruneFolders(layout, dirname(path))
    return
  }
}

async function pruneFolders(layout: Layout, folder: string): Promise<void> {
  for (let path = folder; path !== layout.root; path = dirname(path)) {
    const removed = await rmdir(path).then(() => true, unless('ENOTEMPTY', 'EEXIST', 'ENOENT', 'EBUSY'))
    if (!removed) return
  }
}
