import type { ObjectStore } from '../../store/types.ts'
import { LateenError } from '../../velero/errors.ts'
import type { ArchiveIndexHeader, ArchiveMember } from '../archive-index.ts'
import { backupIndexKey } from '../layout.ts'
import { lines } from '../segments.ts'
import { gunzipChunks } from './gunzip.ts'
import { LARGEST_INDEX } from './limits.ts'
import { readResuming } from './resuming.ts'

/** The index does not belong to the archive beside it, or is damaged. */
export class UnusableIndexError extends LateenError {}

/**
 * The rows of a backup's index, which cover its archive of `size` bytes without a gap. `undefined` where it has no index.
 * Throws UnusableIndexError, zlib's errors and SyntaxError where there is one to no avail, and StoreError.
 */
export async function readIndex(
  store: ObjectStore,
  backup: string,
  size: number,
  signal?: AbortSignal,
): Promise<ArchiveMember[] | undefined> {
  const found = await store.head(backupIndexKey(backup))
  if (found === undefined) return undefined
  const rows: ArchiveMember[] = []
  let header: ArchiveIndexHeader | undefined
  let end = 0
  for await (const line of lines(limited(gunzipChunks(() => readResuming(store, found, signal))))) {
    const row: unknown = JSON.parse(line)
    if (header === undefined) {
      header = checkedHeader(row, size)
      continue
    }
    if (!isMember(row) || row.offset !== end)
      throw new UnusableIndexError(`its line ${rows.length + 2} is no row of an index`)
    end += row.length
    rows.push(row)
  }
  if (header?.archive.members !== rows.length || end !== size) throw new UnusableIndexError('it ends early')
  return rows
}

async function* limited(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let bytes = 0
  for await (const chunk of chunks) {
    bytes += chunk.length
    if (bytes > LARGEST_INDEX) throw new UnusableIndexError('it is larger than any index')
    yield chunk
  }
}

function checkedHeader(row: unknown, size: number): ArchiveIndexHeader {
  const header = row as ArchiveIndexHeader | null
  if (header?.version !== 1) throw new UnusableIndexError('it is of a version that is not known')
  if (header.archive?.size !== size) throw new UnusableIndexError('it was written for an archive of another size')
  return header
}

function isMember(row: unknown): row is ArchiveMember {
  const { resource, first, last, items, offset, length, sha256 } = (row ?? {}) as Record<string, unknown>
  return (
    [resource, first, last, sha256].every(field => typeof field === 'string') &&
    [items, offset, length].every(field => Number.isSafeInteger(field) && (field as number) >= 0) &&
    (length as number) > 0
  )
}
