import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { ArchiveMember } from '../../../../lib/bucket/archive-index.ts'
import { DamagedMemberError, type SourceMember } from '../../../../lib/bucket/archive-source.ts'
import { backupIndexKey } from '../../../../lib/bucket/layout.ts'
import { byBytes } from '../../../../lib/velero/byte-order.ts'
import { MemoryStore } from '../../../helpers/memory-store.ts'
import {
  ARCHIVE,
  BACKUP,
  CountingStore,
  contents,
  jsonOf,
  messages,
  open,
  pathsOf,
  writeIndex,
  writeOwnBackup,
} from './archives.ts'

const keys = (namespace: string, count: number) => Array.from({ length: count }, (_, i) => `${namespace}/p${i + 100}`)

const MEMBERS: [string, string[]][] = [
  ['pods', [...keys('a', 50), ...keys('b', 50)]],
  ['pods', keys('c', 100)],
  ['pods', [...keys('c', 100).map(key => `${key}x`), ...keys('d', 20)]],
  ['namespaces', ['a', 'b', 'c', 'd', 'empty']],
  ['nodes', ['n1', 'n2']],
]

const everything = Object.fromEntries(
  MEMBERS.flatMap(([resource, all]) => all.map(key => [pathsOf(resource, key)[0], jsonOf(resource, key)])),
)

async function ownBackup() {
  const store = new CountingStore()
  const rows = await writeOwnBackup(store, MEMBERS)
  return { store, rows }
}

const damage = (store: MemoryStore, row: ArchiveMember) => {
  const archive = store.objects.get(ARCHIVE)?.body as Buffer
  archive.fill(0, row.offset + 20, row.offset + 40)
}

describe("an archive with Lateen's index", () => {
  it('gives the same objects as one that is read through', async () => {
    const { store } = await ownBackup()
    const source = await open(store)
    expect(await contents(source)).toEqual(everything)
    expect(messages(source)).toEqual([])
    store.objects.delete(backupIndexKey(BACKUP))
    expect(await contents(await open(store))).toEqual(everything)
  })

  it('tells its members before any of them is read', async () => {
    const { store, rows } = await ownBackup()
    const source = await open(store)
    expect(source.members).toEqual(
      rows
        .filter(({ resource }) => resource !== '')
        .map(({ resource, items, first, last }) => ({ resource, version: '', items, first, last })),
    )
    // The index, and the first member, which tells that it is this archive's.
    expect(store.reads.map(({ key }) => key)).toEqual([backupIndexKey(BACKUP), ARCHIVE])
  })

  it('is read only where it is asked for', async () => {
    const { store, rows } = await ownBackup()
    const source = await open(store)
    store.reads = []
    await source.read(source.members[1] as SourceMember)
    const { offset, length } = rows[2] as ArchiveMember
    expect(store.reads).toEqual([{ key: ARCHIVE, range: { start: offset, end: offset + length - 1 } }])
  })

  it('has no members where all of their items are unwanted, and gives no unwanted item of the others', async () => {
    const { store } = await ownBackup()
    const source = await open(store, { wants: (resource, _, namespace) => resource === 'pods' && namespace === 'a' })
    expect(source.members.map(({ first, last }) => [first, last])).toEqual([
      ['a/p100', 'b/p149'],
      ['c/p100x', 'd/p119'],
    ])
    expect(Object.keys(await contents(source))).toEqual(keys('a', 50).map(key => pathsOf('pods', key)[0]))
  })

  it('does not claim to know the borders of a member whose items are in no order', async () => {
    const store = new MemoryStore()
    await writeOwnBackup(store, [['pods', ['b/x', 'a/x']]])
    const [member] = (await open(store)).members
    expect(member).toEqual({ resource: 'pods', version: '', items: 2 })
    expect(byBytes('b/x', 'a/x')).toBeGreaterThan(0)
  })

  it('is used in a copied bucket too, where etags are others', async () => {
    const { store } = await ownBackup()
    const body = store.objects.get(ARCHIVE)?.body as Buffer
    store.objects.set(ARCHIVE, { body, etag: 'another', lastModified: new Date() })
    store.bytes = 0
    const source = await open(store)
    expect(messages(source)).toEqual([])
    expect(store.reads).toHaveLength(2)
    expect(await contents(source)).toEqual(everything)
  })

  it('with a damaged member says what is lost, and gives the others', async () => {
    const { store, rows } = await ownBackup()
    damage(store, rows[2] as ArchiveMember)
    const source = await open(store)
    const [first, second, third] = source.members as SourceMember[]
    const reading = source.read(second as SourceMember)
    await expect(reading).rejects.toThrow(DamagedMemberError)
    await expect(reading).rejects.toThrow('100 items of pods, from c/p100 to c/p199,')
    expect(await source.read(first as SourceMember)).toHaveLength(100)
    expect(await source.read(third as SourceMember)).toHaveLength(120)
  })

  it('takes no member that holds other items than its index tells', async () => {
    const { store, rows } = await ownBackup()
    const [version, pods, ...others] = rows as [ArchiveMember, ArchiveMember, ...ArchiveMember[]]
    const index = [
      version,
      { ...pods, items: 99 },
      { ...(others[0] as ArchiveMember), resource: 'secrets' },
      ...others.slice(1),
    ]
    store.objects.delete(backupIndexKey(BACKUP))
    await writeIndex(store, index, { size: store.objects.get(ARCHIVE)?.body.length })
    const source = await open(store)
    for (const member of source.members.slice(0, 2))
      await expect(source.read(member)).rejects.toThrow(DamagedMemberError)
  })
})

describe('an index that does not fit', () => {
  const replaceIndex = (store: MemoryStore, bytes: Buffer) =>
    store.objects.set(backupIndexKey(BACKUP), { body: bytes, etag: 'x', lastModified: new Date() })
  const lines = (store: MemoryStore) =>
    gunzipSync(store.objects.get(backupIndexKey(BACKUP)?.toString())?.body as Buffer)
      .toString()
      .trimEnd()
      .split('\n')

  it.each<[string, (index: string[]) => Buffer]>([
    [
      'is for an archive of another size',
      ([header, ...rows]) => zipped([(header as string).replace(/"size":\d+/, '"size":7'), ...rows]),
    ],
    [
      'is of another version',
      ([header, ...rows]) => zipped([(header as string).replace('"version":1', '"version":2'), ...rows]),
    ],
    ['lacks a row', rows => zipped(rows.slice(0, -1))],
    ['lacks a row in the middle', rows => zipped(rows.toSpliced(2, 1))],
    ['has a row that is none', rows => zipped(rows.toSpliced(2, 1, '{"resource":1}'))],
    ['has rows that overlap', rows => zipped(rows.toSpliced(3, 0, rows[2] as string))],
    ['is no JSON', () => zipped(['{'])],
    ['is null', () => zipped(['null'])],
    ['is empty', () => gzipSync('')],
    ['is no gzip file', () => Buffer.from('index')],
    ['is cut short', rows => zipped(rows).subarray(0, 60)],
  ])('for it %s is not used: the archive is read through, and that is told', async (_, change) => {
    const { store } = await ownBackup()
    replaceIndex(store, change(lines(store)))
    const source = await open(store)
    expect(await contents(source)).toEqual(everything)
    expect(messages(source)).toEqual([expect.stringMatching(/^warning: the archive's index can't be used/)])
  })

  it('for it was written for another archive of the same size is not used', async () => {
    const { store, rows } = await ownBackup()
    const [first, ...others] = rows as [ArchiveMember, ...ArchiveMember[]]
    store.objects.delete(backupIndexKey(BACKUP))
    await writeIndex(store, [{ ...first, sha256: 'ab'.repeat(32) }, ...others], {
      size: store.objects.get(ARCHIVE)?.body.length,
    })
    const source = await open(store)
    expect(messages(source)).toEqual([expect.stringContaining("index can't be used")])
    expect(await contents(source)).toEqual(everything)
  })
})

const zipped = (rows: readonly string[]) => gzipSync(rows.map(row => `${row}\n`).join(''))
