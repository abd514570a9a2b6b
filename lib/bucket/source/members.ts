import { byBytes } from '../../velero/byte-order.ts'
import { DamagedMemberError } from './errors.ts'
import type { BackupSource, SourceEntry, SourceMember } from './types.ts'

/** Whether a member may hold objects of a namespace, as far as its first and last key tell. */
export function mayHoldNamespace(member: SourceMember, namespace: string): boolean {
  // `0` is the character after `/`.
  return spans(member, `${namespace}/`, `${namespace}0`)
}

/** Whether a member may hold the object with this key (`ns/name` or `name`). */
export function mayHoldKey(member: SourceMember, key: string): boolean {
  return spans(member, key, `${key}\0`)
}

function spans({ first, last }: SourceMember, from: string, to: string): boolean {
  return first === undefined || last === undefined || (byBytes(first, to) < 0 && byBytes(last, from) >= 0)
}

export interface ReadMember {
  member: SourceMember
  /** Empty where it is damaged. */
  entries: SourceEntry[]
  damage?: DamagedMemberError
}

/** So many members are fetched while one is worked on. */
const AHEAD = 2

/** Reads members in the order given, the next two on their way already. A damaged one does not end it. */
export async function* readMembers(
  source: BackupSource,
  members: Iterable<SourceMember>,
  signal?: AbortSignal,
): AsyncGenerator<ReadMember> {
  const underWay: Promise<ReadMember>[] = []
  for (const member of members) {
    const read = readOne(source, member, signal)
    // Whoever comes to it is told; until then it is no unhandled failure.
    read.catch(() => {})
    underWay.push(read)
    if (underWay.length > AHEAD) yield await (underWay.shift() as Promise<ReadMember>)
  }
  for (const read of underWay) yield await read
}

async function readOne(source: BackupSource, member: SourceMember, signal?: AbortSignal): Promise<ReadMember> {
  try {
    return { member, entries: await source.read(member, signal) }
  } catch (error) {
    if (!(error instanceof DamagedMemberError)) throw error
    return { member, entries: [], damage: error }
  }
}
