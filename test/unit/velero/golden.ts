import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

/** A path in the buckets that real Velero wrote. */
export const golden = (...parts: string[]) => resolve(import.meta.dirname, '../../../../shared/golden', ...parts)

const FOLDERS = ['seed-1.6.3', 'walkthrough-1.18.1', 'harbor-1.18.1']

/** The golden buckets; `skip` where they are not on this machine, which is said aloud once. */
export function goldenFolders(below: string): { folder: string; skip: boolean }[] {
  const missing = FOLDERS.filter(folder => !existsSync(golden(folder, below)))
  if (missing.length > 0) console.warn(`skipped: no golden data at ${golden()} (${missing.join(', ')})`)
  return FOLDERS.map(folder => ({ folder, skip: missing.includes(folder) }))
}
