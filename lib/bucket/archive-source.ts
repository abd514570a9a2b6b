import type { ObjectStore } from '../store/types.ts'
import { messageOf } from '../velero/errors.ts'
import type { ArchiveMember } from './archive-index.ts'
import { backupArchiveKey } from './layout.ts'
import { BackupArchiveMissingError, DamagedMemberError } from './source/errors.ts'
import { Findings } from './source/findings.ts'
import { checkFormat, FORMAT_PATH } from './source/format-version.ts'
import { zlibCode } from './source/gunzip.ts'
import { readIndex, UnusableIndexError } from './source/index-reader.ts'
import { IndexedSource, readMemberTar } from './source/indexed-source.ts'
import type { SourceOptions } from './source/options.ts'
import { scanArchive } from './source/scanned-source.ts'
import { TarDamagedError } from './source/tar-header.ts'
import { readTar } from './source/tar-reader.ts'
import type { BackupSource } from './source/types.ts'

export {
  ArchiveFormatError,
  BackupArchiveMissingError,
  DamagedMemberError,
  HostileArchiveError,
} from './source/errors.ts'
export { mayHoldKey, mayHoldNamespace, type ReadMember, readMembers } from './source/members.ts'
export type { SourceOptions } from './source/options.ts'
export type { BackupSource, SourceEntry, SourceFinding, SourceMember, Wants } from './source/types.ts'

/**
 * Opens a backup's archive: one of ours by its index, so that only what is asked for is fetched; any other one, or one
 * whose index does not fit, by reading it through once. Throws BackupArchiveMissingError, ArchiveFormatError,
 * HostileArchiveError and StoreError; other damage is in the findings, and what is not concerned can be read.
 */
export async function openSource(store: ObjectStore, backup: string, options: SourceOptions): Promise<BackupSource> {
  const { signal, wants } = options
  const key = backupArchiveKey(backup)
  const archive = await store.head(key)
  if (archive === undefined) throw new BackupArchiveMissingError(backup, key)
  const findings = new Findings()
  try {
    const index = await readIndex(store, backup, archive.size, signal)
    if (index !== undefined) {
      await checkBeginning(store, key, index[0], signal)
      return new IndexedSource(store, backup, index, wants)
    }
  } catch (error) {
    if (!isNoUse(error)) throw error
    const why = messageOf(error)
    findings.add('warning', `the archive's index can't be used, so the archive is read through: ${why}`)
  }
  signal?.throwIfAborted()
  return scanArchive(store, archive, options, findings)
}

/**
 * Whether an index is that of this archive. Not told by etags, for a copied bucket has others, but by the first member,
 * which has the time of its backup in it, and the format.
 */
async function checkBeginning(
  store: ObjectStore,
  key: string,
  first: ArchiveMember | undefined,
  signal?: AbortSignal,
): Promise<void> {
  if (first === undefined) throw new UnusableIndexError('it has no rows')
  const tar = await readMemberTar(store, key, first, signal).catch(cause => {
    if (!(cause instanceof DamagedMemberError)) throw cause
    throw new UnusableIndexError("its first row does not tell of this archive's beginning", { cause })
  })
  readTar(tar, { wants: ({ path }) => path === FORMAT_PATH, entry: (_, content) => checkFormat(content) })
}

function isNoUse(error: unknown): boolean {
  const ours = [UnusableIndexError, TarDamagedError, SyntaxError].some(damage => error instanceof damage)
  return ours || zlibCode(error) !== undefined
}
