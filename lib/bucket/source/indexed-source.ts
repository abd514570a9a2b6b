import type { ObjectStore } from '../../store/types.ts'
import { byBytes } from '../../velero/byte-order.ts'
import { messageOf } from '../../velero/errors.ts'
import type { ArchiveMember } from '../archive-index.ts'
import { backupArchiveKey } from '../layout.ts'
import { sha256 } from '../segments.ts'
import { SIZES } from '../sizes.ts'
import type { ObjectPlace } from './entry-path.ts'
import { DamagedMemberError } from './errors.ts'
import { gunzip } from './gunzip.ts'
import { LARGEST_OBJECT } from './limits.ts'
import { readEntries } from './member-entries.ts'
import { readRange } from './resuming.ts'
import type { BackupSource, SourceEntry, SourceFinding, SourceMember, Wants } from './types.ts'

/** Every object is in its member twice. */
const LARGEST_MEMBER = 2 * LARGEST_OBJECT + SIZES.member

/** Members and what the index says of them. */
type Rows = ReadonlyMap<SourceMember, ArchiveMember>

/** One of our own archives: members are fetched by its index as they are asked for. */
export class IndexedSource implements BackupSource {
  readonly members: readonly SourceMember[]
  readonly findings: readonly SourceFinding[] = []
  #store: ObjectStore
  #key: string
  #rows: Rows
  #wants: Wants

  constructor(store: ObjectStore, backup: string, index: readonly ArchiveMember[], wants: Wants) {
    this.#store = store
    this.#key = backupArchiveKey(backup)
    this.#wants = wants
    this.#rows = new Map(index.filter(row => row.resource !== '').map(row => [memberOf(row), row]))
    this.members = [...this.#rows.keys()].filter(member => mayBeWanted(member, wants))
  }

  read(member: SourceMember, signal?: AbortSignal): Promise<SourceEntry[]> {
    return this.#read(member, this.#wants, signal)
  }

  async #read(member: SourceMember, wants: Wants, signal?: AbortSignal): Promise<SourceEntry[]> {
    const row = this.#rows.get(member)
    if (row === undefined) return []
    const tar = await readMemberTar(this.#store, this.#key, row, signal)
    let items = 0
    const takes = ({ resource, version, namespace }: ObjectPlace) => {
      if (version !== '' || resource !== row.resource) return false
      items++
      return wants(resource, version, namespace)
    }
    try {
      const entries = readEntries(tar, takes)
      if (items !== row.items) throw new Error(`it holds ${items}, and the index tells of ${row.items}`)
      return entries
    } catch (cause) {
      throw new DamagedMemberError(row, messageOf(cause), cause)
    }
  }
}

/** A member's tar, checked. Throws DamagedMemberError, and StoreError. */
export async function readMemberTar(
  store: ObjectStore,
  key: string,
  row: ArchiveMember,
  signal?: AbortSignal,
): Promise<Buffer> {
  if (row.length > LARGEST_MEMBER) throw new DamagedMemberError(row, `${row.length} bytes are more than a member has`)
  const gz = await readRange(store, key, row, signal)
  if (sha256(gz) !== row.sha256) throw new DamagedMemberError(row, 'its bytes do not have their checksum')
  try {
    return await gunzip(gz, LARGEST_MEMBER)
  } catch (cause) {
    throw new DamagedMemberError(row, messageOf(cause), cause)
  }
}

function memberOf({ resource, items, first, last }: ArchiveMember): SourceMember {
  const known = byBytes(first, last) <= 0
  return { resource, version: '', items, ...(known && { first, last }) }
}

function namespaceOf(key: string): string {
  const slash = key.indexOf('/')
  return slash === -1 ? '' : key.slice(0, slash)
}

/** What the index tells is enough to leave a member out only where it holds a single namespace. */
function mayBeWanted({ resource, first, last }: SourceMember, wants: Wants): boolean {
  if (first === undefined || last === undefined || namespaceOf(first) !== namespaceOf(last)) return true
  return wants(resource, '', namespaceOf(first))
}
