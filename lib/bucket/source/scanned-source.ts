import type { ObjectInfo, ObjectStore } from '../../store/types.ts'
import { messageOf } from '../../velero/errors.ts'
import { SIZES } from '../sizes.ts'
import { Duplicates } from './duplicates.ts'
import { DamagedMemberError, HostileArchiveError } from './errors.ts'
import { Findings, shownPath } from './findings.ts'
import { gunzip, gunzipChunks, zlibCode } from './gunzip.ts'
import { BOMB_BYTES, BOMB_RATIO, LARGEST_OBJECT } from './limits.ts'
import { readEntries } from './member-entries.ts'
import { OpenMembers, type ScannedMember } from './open-members.ts'
import type { SourceOptions } from './options.ts'
import { readResuming } from './resuming.ts'
import { Scanner } from './scanner.ts'
import { MemberStash } from './stash.ts'
import { TarDamagedError } from './tar-header.ts'
import { TarReader } from './tar-reader.ts'
import type { BackupSource, SourceEntry, SourceFinding, SourceMember } from './types.ts'

const NO_END = 'it has no end'

const MEMORY_BYTES = 24 << 20
/** Of a member unpacked: one of many entries, or one with a single large object. */
const LARGEST_MEMBER = LARGEST_OBJECT + SIZES.member

/** An archive without an index: it is read through once, and its wanted entries are put aside by resource. */
export async function scanArchive(
  store: ObjectStore,
  archive: ObjectInfo,
  options: SourceOptions,
  findings = new Findings(),
): Promise<BackupSource> {
  const stash = new MemberStash<ScannedMember>(options.scratch, options.memoryBytes ?? MEMORY_BYTES)
  try {
    const open = new OpenMembers(stash)
    const duplicates = new Duplicates<ScannedMember>()
    const scanner = new Scanner(options.wants, findings, open, duplicates)
    const reader = new TarReader(scanner)
    try {
      for await (const chunk of unpacked(store, archive, options)) {
        reader.push(chunk)
        await stash.ready()
      }
      if (!reader.ended) throw new TarDamagedError(NO_END)
    } catch (error) {
      tellDamage(findings, error, reader, scanner)
    }
    if (!scanner.holdsObjects)
      findings.add('warning', 'zero items to be restored: the archive has no folder "resources" with anything in it')
    open.sealAll()
    await stash.finish()
    const { members } = open
    const replaced = await duplicates.replaced(members, member => readStashed(stash, member, options.signal), findings)
    for (const [member, numbers] of replaced) member.items -= numbers.size
    return new ScannedSource(stash, members, replaced, findings.list())
  } finally {
    await stash.idle()
  }
}

/** The archive's tar as it arrives. Throws HostileArchiveError where it is out of all proportion. */
async function* unpacked(store: ObjectStore, archive: ObjectInfo, options: SourceOptions): AsyncGenerator<Buffer> {
  const { onProgress, signal } = options
  let packed = 0
  const counted = async function* () {
    packed = 0
    for await (const chunk of readResuming(store, archive, signal)) {
      packed += chunk.length
      onProgress?.(packed)
      yield chunk
    }
  }
  let bytes = 0
  for await (const chunk of gunzipChunks(counted)) {
    signal?.throwIfAborted()
    bytes += chunk.length
    if (bytes > BOMB_BYTES && bytes > BOMB_RATIO * packed)
      throw new HostileArchiveError(`${packed} bytes of it unpack to more than ${bytes}`)
    yield chunk
  }
}

/** Throws on what is no damage of the archive. */
function tellDamage(findings: Findings, error: unknown, reader: TarReader, scanner: Scanner): void {
  const code = zlibCode(error)
  if (!(error instanceof TarDamagedError) && code === undefined) throw error
  const why = messageOf(error)
  // Behind the end there may be anything: neither tar nor Velero looks at it.
  if (reader.ended && why === 'incorrect header check') return
  if (reader.ended) {
    findings.add(
      'error',
      `the archive is damaged (${why}): all of its entries were read, but they may not be what they were`,
    )
    return
  }
  const early = code === 'Z_BUF_ERROR' || why === NO_END
  const what = early ? 'ends early' : `is damaged (${why})`
  const where =
    scanner.entries === 0 ? 'at its beginning' : `in or after its entry ${scanner.entries}, ${shownPath(scanner.path)}`
  const before = early ? '' : ', and nothing tells whether what came before is what it was'
  findings.add('error', `the archive ${what}, ${where}: nothing from there on is restored${before}`)
}

async function readStashed(
  stash: MemberStash<ScannedMember>,
  member: ScannedMember,
  signal?: AbortSignal,
): Promise<SourceEntry[]> {
  const gz = await stash.read(member, signal)
  if (gz === undefined) return []
  try {
    return readEntries(await gunzip(gz, LARGEST_MEMBER), () => true)
  } catch (cause) {
    throw new DamagedMemberError(member, `what was put aside of it is not what it was (${messageOf(cause)})`, cause)
  }
}

class ScannedSource implements BackupSource {
  readonly members: readonly SourceMember[]
  readonly findings: readonly SourceFinding[]
  #stash: MemberStash<ScannedMember>
  #replaced: ReadonlyMap<SourceMember, ReadonlySet<number>>

  constructor(
    stash: MemberStash<ScannedMember>,
    members: readonly ScannedMember[],
    replaced: ReadonlyMap<SourceMember, ReadonlySet<number>>,
    findings: readonly SourceFinding[],
  ) {
    this.#stash = stash
    this.members = members
    this.findings = findings
    this.#replaced = replaced
  }

  async read(member: SourceMember, signal?: AbortSignal): Promise<SourceEntry[]> {
    const entries = await readStashed(this.#stash, member as ScannedMember, signal)
    const replaced = this.#replaced.get(member)
    return replaced === undefined ? entries : entries.filter((_, number) => !replaced.has(number))
  }
}
