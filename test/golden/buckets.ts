import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe } from 'vitest'

const root = fileURLToPath(new URL('../../../shared/golden/', import.meta.url))

export interface GoldenBucket {
  /** Which Velero wrote it. */
  writer: string
  folder: string
  /** Each with its ERRORS and WARNINGS. */
  backups: Record<string, [errors: number, warnings: number]>
}

const buckets: GoldenBucket[] = [
  { writer: 'Velero 1.6.3', folder: `${root}seed-1.6.3`, backups: { default: [0, 0] } },
  { writer: 'Velero 1.18.1', folder: `${root}walkthrough-1.18.1`, backups: { default: [0, 0] } },
  { writer: 'Velero 1.18.1', folder: `${root}harbor-1.18.1`, backups: { full: [0, 3], 'web-label': [0, 3] } },
]

/** A suite for each bucket that real Velero wrote; skipped, and said, where they are not beside the repository. */
export function onGoldenBuckets(name: string, define: (bucket: GoldenBucket) => void): void {
  if (!existsSync(root)) console.warn(`skipped: ${name}, for there is no ${root}`)
  for (const bucket of buckets)
    describe.skipIf(!existsSync(bucket.folder))(
      `${name}: ${bucket.folder.slice(root.length)}, by ${bucket.writer}`,
      () => define(bucket),
    )
}
