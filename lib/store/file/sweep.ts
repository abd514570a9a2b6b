import { lstat, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ifAbsent } from './errors.ts'
import type { Layout } from './layout.ts'

/** Longer than any write takes: drafts are whole objects in memory, or the parts of one upload being joined. */
const keptNs = 24n * 3_600_000_000_000n

/** Removes what killed processes left in the drafts folder. `nowNs` is the stamp of a new file, hence the file server's clock. */
export async function sweepDrafts(layout: Layout, nowNs: bigint): Promise<void> {
  for (const name of (await readdir(layout.drafts).catch(ifAbsent)) ?? []) {
    const path = join(layout.drafts, name)
    const stats = await lstat(path, { bigint: true }).catch(ifAbsent)
    if (stats && stats.mtimeNs < nowNs - keptNs) await rm(path, { recursive: true, force: true })
  }
}
