import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { type Header, pack } from 'tar-stream'
import type { ArchiveMember } from '../../../../lib/bucket/archive-index.ts'
import { openSource, type SourceEntry, type SourceOptions } from '../../../../lib/bucket/archive-source.ts'
import { ArchiveWriter } from '../../../../lib/bucket/archive-writer.ts'
import { gzip } from '../../../../lib/bucket/gzip.ts'
import { backupArchiveKey, backupIndexKey } from '../../../../lib/bucket/layout.ts'
import { MemberBuilder } from '../../../../lib/bucket/member.ts'
import { SegmentStore } from '../../../../lib/bucket/segments.ts'
import { TAR_END } from '../../../../lib/bucket/tar.ts'
import type { ByteRange, ObjectStore } from '../../../../lib/store/types.ts'
import { MemoryStore } from '../../../helpers/memory-store.ts'

export const BACKUP = 'b'
export const ARCHIVE = backupArchiveKey(BACKUP)

/** A file, or with a header whatever else a tar can hold. */
export type Packed = [path: string, content: string, header?: Partial<Header>]

export async function tarOf(entries: readonly Packed[]): Promise<Buffer> {
  const tar = pack()
  for (const [name, content, header] of entries) tar.entry({ name, ...header }, content)
  tar.finalize()
  return buffer(tar)
}

/** As tarOf, for many entries: in a fraction of its time. */
export function bulkTarOf(entries: readonly Packed[]): Buffer {
  return Buffer.concat([...entries.map(entry => tarWith([entry])), TAR_END])
}

/** One header block with the type and size given, whatever may follow it. */
export async function headerOf(path: string, size: number, type: string): Promise<Buffer> {
  const block = Buffer.from((await tarOf([[path, '']])).subarray(0, 512))
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124, 'latin1')
  block.write(type, 156, 'latin1')
  return summed(block)
}

/** Puts a header's checksum right. */
export function summed(block: Buffer): Buffer {
  block.write('        ', 148, 'latin1')
  const sum = block.reduce((all, byte) => all + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return block
}

export async function openTar(tar: Buffer | readonly Packed[], options: Partial<SourceOptions> = {}) {
  return openGz(gzipSync(Buffer.isBuffer(tar) ? tar : await tarOf(tar), { level: 1 }), options)
}

export async function openGz(gz: Buffer, options: Partial<SourceOptions> = {}) {
  const store = new MemoryStore()
  await store.put(ARCHIVE, gz)
  return open(store, options)
}

export function open(store: ObjectStore, options: Partial<SourceOptions> = {}) {
  return openSource(store, BACKUP, { scratch: scratch(), wants: () => true, ...options })
}

export function scratch(store: ObjectStore = new MemoryStore()): SegmentStore {
  return new SegmentStore(store, 'uid', 1)
}

export async function entriesOf(source: Awaited<ReturnType<typeof openSource>>): Promise<SourceEntry[]> {
  const all: SourceEntry[] = []
  for (const member of source.members) all.push(...(await source.read(member)))
  return all
}

/** What comes out, to be compared: by path. */
export async function contents(source: Awaited<ReturnType<typeof openSource>>): Promise<Record<string, string>> {
  return Object.fromEntries((await entriesOf(source)).map(({ path, json }) => [path, json.toString()]))
}

export const messages = ({ findings }: { findings: readonly { level: string; message: string }[] }) =>
  findings.map(({ level, message }) => `${level}: ${message}`)

/** A backup as Lateen writes it: members by resource, each with its keys in order, `ns/name` or `name`. */
export async function writeOwnBackup(
  store: ObjectStore,
  members: readonly (readonly [resource: string, keys: readonly string[]])[],
): Promise<ArchiveMember[]> {
  const writer = new ArchiveWriter(store, ARCHIVE)
  const rows: ArchiveMember[] = []
  const append = async (tar: Buffer, about: Pick<ArchiveMember, 'resource' | 'first' | 'last' | 'items'>) => {
    const { member, done } = writer.append(await gzip(tar), about)
    await done
    rows.push(member)
  }
  const plain = { resource: '', first: '', last: '', items: 0 }
  await append(tarWith([['metadata/version', '1.1.0\n']]), plain)
  for (const [resource, keys] of members) {
    const entries = keys.flatMap(key => pathsOf(resource, key).map((path): Packed => [path, jsonOf(resource, key)]))
    const about = { resource, first: keys[0] as string, last: keys.at(-1) as string, items: keys.length }
    await append(tarWith(entries), about)
  }
  await append(TAR_END, plain)
  const { etag, size } = await writer.finish()
  await writeIndex(store, rows, { etag, size })
  return rows
}

export async function writeIndex(store: ObjectStore, rows: readonly unknown[], archive: object): Promise<void> {
  const header = { version: 1, archive: { ...archive, members: rows.length } }
  const lines = [header, ...rows].map(row => `${JSON.stringify(row)}\n`)
  await store.put(backupIndexKey(BACKUP), gzipSync(lines.join('')))
}

export const jsonOf = (resource: string, key: string) => JSON.stringify({ resource, key })

export function pathsOf(resource: string, key: string): [string, string] {
  const place = key.includes('/') ? `namespaces/${key}` : `cluster/${key}`
  return [`resources/${resource}/${place}.json`, `resources/${resource}/v1-preferredversion/${place}.json`]
}

function tarWith(entries: readonly Packed[]): Buffer {
  const builder = new MemberBuilder(Buffer.alloc(1024), 1_795_336_886)
  for (const [path, json] of entries) builder.add([path], { json: Buffer.from(json) })
  return Buffer.from(builder.take().tar)
}

/** A store that notes what is read of it. */
export class CountingStore extends MemoryStore {
  reads: { key: string; range?: ByteRange }[] = []
  bytes = 0

  override async get(key: string, range?: ByteRange) {
    const found = await super.get(key, range)
    this.reads.push({ key, ...(range && { range }) })
    this.bytes += range?.end === undefined ? found.size : range.end - range.start + 1
    return found
  }
}
