import { randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ArchiveFormatError,
  BackupArchiveMissingError,
  DamagedMemberError,
  HostileArchiveError,
} from '../../../../lib/bucket/archive-source.ts'
import { byBytes } from '../../../../lib/velero/byte-order.ts'
import { MemoryStore } from '../../../helpers/memory-store.ts'
import {
  ARCHIVE,
  bulkTarOf,
  contents,
  entriesOf,
  headerOf,
  messages,
  open,
  openGz,
  openTar,
  type Packed,
  pathsOf,
  scratch,
  tarOf,
} from './archives.ts'

const web = 'resources/pods/namespaces/shop/web.json'
const object = (resource: string, key: string, json = '{}'): Packed[] =>
  pathsOf(resource, key).map(path => [path, json])

describe('an archive without an index', () => {
  it('gives the plain copy of each object, in the order of the archive, whatever order that is', async () => {
    const kinds = fc.constantFrom('pods', 'secrets', 'deployments.apps')
    const keys = fc.constantFrom('a/one', 'a/two', 'b-b/one', 'b/one', 'c')
    const objects = fc.uniqueArray(fc.tuple(kinds, keys, fc.string({ maxLength: 2000 })), {
      maxLength: 15,
      selector: ([kind, key]) => `${kind} ${key}`,
    })
    await fc.assert(
      fc.asyncProperty(objects, fc.boolean(), async (all, versionedFirst) => {
        const entries = all.flatMap(([kind, key, json]) => {
          const copies = object(kind, key, json)
          return versionedFirst ? copies.reverse() : copies
        })
        const source = await openTar([['metadata/version', '1.1.0\n'], ...entries])
        expect(source.findings).toEqual(all.length === 0 ? [expect.objectContaining({ level: 'warning' })] : [])
        for (const kind of new Set(source.members.map(({ resource }) => resource))) {
          const mine = all.filter(([resource]) => resource === kind)
          const read = (await entriesOf(source)).filter(({ resource }) => resource === kind)
          expect(read.map(({ namespace, name, json }) => [namespace, name, json.toString()])).toEqual(
            mine.map(([, key, json]) => [key.includes('/') ? key.split('/')[0] : '', key.split('/').at(-1), json]),
          )
        }
        expect(Object.keys(await contents(source))).toHaveLength(all.length)
      }),
      { numRuns: 40 },
    )
  })

  it('tells of each member what is in it', async () => {
    const source = await openTar([
      ...object('pods', 'b/two'),
      ...object('nodes', 'n1'),
      ...object('pods', 'a/one'),
      ...object('pods', 'b-b/three'),
    ])
    expect(source.members).toEqual([
      { resource: 'pods', version: '', items: 3, first: 'a/one', last: 'b/two' },
      { resource: 'nodes', version: '', items: 1, first: 'n1', last: 'n1' },
    ])
    expect(['b-b/three', 'b/two'].sort(byBytes)[1]).toBe('b/two')
  })

  it('drops what nobody wants, and still knows every namespace', async () => {
    const source = await openTar(
      [
        ...object('pods', 'a/x'),
        ...object('secrets', 'b/x'),
        ...object('namespaces', 'empty'),
        ...object('pods', 'c/x'),
      ],
      { wants: (resource, version, namespace) => resource === 'pods' && version === '' && namespace !== 'c' },
    )
    expect(Object.keys(await contents(source))).toEqual(['resources/pods/namespaces/a/x.json'])
  })

  it('gives other versions of an object only where they are wanted, each version by itself', async () => {
    const entries: Packed[] = [
      ['resources/boats.sea/namespaces/a/x.json', '{"v":1}'],
      ['resources/boats.sea/v1-preferredversion/namespaces/a/x.json', '{"v":1}'],
      ['resources/boats.sea/v2/namespaces/a/x.json', '{"v":2}'],
    ]
    const source = await openTar(entries, { wants: (_, version) => version !== '' })
    expect(source.members).toMatchObject([{ resource: 'boats.sea', version: 'v2', items: 1 }])
    expect(await entriesOf(source)).toMatchObject([
      { version: 'v2', path: 'resources/boats.sea/v2/namespaces/a/x.json' },
    ])
  })

  it('is read when a folder was packed again by hand, folders and all', async () => {
    const source = await openTar([
      ['./', '', { type: 'directory' }],
      ['./resources/', '', { type: 'directory' }],
      [`./${web}`, '{}'],
    ])
    expect(messages(source)).toEqual([])
    expect(Object.keys(await contents(source))).toEqual([web])
  })

  it('keeps members small, and an object larger than that alone', async () => {
    const large = 'x'.repeat(3 << 20)
    const many = Array.from({ length: 300 }, (_, i): Packed => [`resources/pods/cluster/p${i}.json`, 'y'.repeat(9000)])
    const source = await openTar([...many, ['resources/pods/cluster/large.json', large], ...many.slice(0, 1)])
    const items = source.members.map(member => member.items)
    expect(items.reduce((sum, count) => sum + count)).toBe(301)
    expect(items.slice(-2)).toEqual([1, 1])
    for (const member of source.members) {
      const bytes = (await source.read(member)).reduce((sum, { json }) => sum + json.length, 0)
      expect(bytes).toBeLessThan(member.items === 1 ? 4 << 20 : 1 << 20)
    }
  })

  it('is read whole though more kinds than are held open at once come in any order', async () => {
    const entries = Array.from(
      { length: 1600 },
      (_, i): Packed => [`resources/kind${(i * 7919) % 600}/cluster/n${i}.json`, `{"n":${i}}`],
    )
    const source = await openTar(bulkTarOf(entries))
    expect((await entriesOf(source)).length).toBe(1600)
    expect(await contents(source)).toEqual(Object.fromEntries(entries))
  })

  it('puts aside what does not fit into memory, in few objects, and finds it there', async () => {
    const aside = new MemoryStore()
    const entries = Array.from({ length: 250 }, (_, i): Packed => {
      return [`resources/kind${i % 3}/cluster/n${i}.json`, randomBytes(8000).toString('base64')]
    })
    const tar = bulkTarOf(entries)
    const source = await openTar(tar, { scratch: scratch(aside), memoryBytes: 200_000 })
    const kept = [...aside.objects.values()].map(({ body }) => body.length)
    expect(kept.length).toBeLessThanOrEqual(2)
    // Random bytes in base64 compress to three quarters: 2 MB, of which 200 KB stay.
    expect(kept.reduce((sum, size) => sum + size, 0)).toBeGreaterThan(1.6e6)
    expect(await contents(source)).toEqual(Object.fromEntries(entries))
    const unbounded = await openTar(tar)
    expect(unbounded.members).toEqual(source.members)
  })

  it('puts nothing aside where all fits into memory', async () => {
    const aside = new MemoryStore()
    await openTar(object('pods', 'a/x'), { scratch: scratch(aside) })
    expect(aside.objects.size).toBe(0)
  })

  it('tells of a member whose put-aside bytes are not what they were', async () => {
    const aside = new MemoryStore()
    const source = await openTar(object('pods', 'a/x', randomBytes(500).toString('hex')), {
      scratch: scratch(aside),
      memoryBytes: 0,
    })
    for (const kept of aside.objects.values()) kept.body.fill(0, 100, 300)
    await expect(source.read(source.members[0] as never)).rejects.toThrow(DamagedMemberError)
  })

  it('fails where what does not fit into memory can not be put aside', async () => {
    const aside = new MemoryStore()
    aside.put = () => Promise.reject(new Error('no space'))
    const opened = openTar(object('pods', 'a/x'), { scratch: scratch(aside), memoryBytes: 0 })
    await expect(opened).rejects.toThrow('no space')
  })

  it('tells how far it was read, and stops when it is told to', async () => {
    const gz = gzipSync(await tarOf(object('pods', 'a/x')))
    let read = 0
    await openGz(gz, { onProgress: bytes => (read = bytes) })
    expect(read).toBe(gz.length)
    const reason = new Error('enough')
    await expect(openGz(gz, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    const controller = new AbortController()
    const stopped = openGz(gz, { onProgress: () => controller.abort(reason), signal: controller.signal })
    await expect(stopped).rejects.toBe(reason)
  })

  it('that is not there is missing, and the error says what to do', async () => {
    const missing = open(new MemoryStore())
    await expect(missing).rejects.toThrow(BackupArchiveMissingError)
    await expect(missing).rejects.toMatchObject({ next: expect.any(String) })
  })

  it('without any object says that there is nothing to restore', async () => {
    expect(messages(await openTar([['metadata/version', '1\n']]))).toEqual([
      expect.stringMatching(/^warning: zero items to be restored/),
    ])
  })

  it.each(['1', '1\n', '1.1.0\n', '1.2'])('of the format %j is read', async version => {
    expect(messages(await openTar([...object('pods', 'a/x'), ['metadata/version', version]]))).toEqual([])
  })

  it.each(['2.0.0\n', '', '11', 'x'.repeat(10_000)])('of the format %j is refused', async version => {
    await expect(openTar([...object('pods', 'a/x'), ['metadata/version', version]])).rejects.toThrow(ArchiveFormatError)
  })
})

describe('an entry that is in an archive more than once', () => {
  const twice: Packed[] = [
    [web, 'first'],
    ['resources/pods/namespaces/shop/other.json', 'other'],
    [`./${web}`, 'second'],
    ['resources/secrets/namespaces/shop/web.json', 'secret'],
    [web, 'third'],
  ]

  it('is replaced by the last one, and that is told once', async () => {
    const source = await openTar(twice)
    expect(await contents(source)).toEqual({
      'resources/pods/namespaces/shop/other.json': 'other',
      [web]: 'third',
      'resources/secrets/namespaces/shop/web.json': 'secret',
    })
    expect((await entriesOf(source)).length).toBe(3)
    expect(source.members.map(({ items }) => items)).toEqual([2, 1])
    expect(source.findings).toEqual([
      { level: 'warning', namespace: 'shop', message: expect.stringContaining(JSON.stringify(web)) },
    ])
  })

  it('is found in members that lie far apart, in memory or put aside', async () => {
    const filler = Array.from(
      { length: 400 },
      (_, i): Packed => [`resources/pods/cluster/p${i}.json`, 'y'.repeat(9000)],
    )
    for (const memoryBytes of [0, 1 << 20]) {
      const source = await openTar([...filler, ...filler.slice(100).map(([path]): Packed => [path, 'new'])], {
        memoryBytes,
      })
      const found = await contents(source)
      expect(Object.values(found).filter(json => json === 'new')).toHaveLength(300)
      expect((await entriesOf(source)).length).toBe(400)
      expect(source.findings).toHaveLength(201)
      expect(source.findings.at(-1)?.message).toContain('100 more warnings')
    }
  })

  it('is never seen where there is none', async () => {
    const entries = Array.from({ length: 10_000 }, (_, i): Packed => [`resources/pods/namespaces/n/p${i}.json`, ''])
    expect((await openTar(bulkTarOf(entries))).findings).toEqual([])
  })
})

describe('what does harm in an archive', () => {
  it.each([
    ['../../etc/cron.d/x.json', 'climbs'],
    ['resources/pods/namespaces/../../x.json', 'climbs'],
    ['/resources/pods/cluster/x.json', 'absolute'],
    ['resources\\..\\x/pods/cluster/x.json', 'backslash'],
    ['resources//cluster/x.json', 'without a name'],
    ['resources/pods/cluster/a\rb.json', 'control character'],
  ])('is left out and named: the path %j', async (path, why) => {
    const source = await openTar([[path, '{}'], ...object('pods', 'shop/web', 'good')])
    expect(await contents(source)).toEqual({ [web]: 'good' })
    expect(messages(source)).toEqual([expect.stringMatching(/^error: /)])
    expect(messages(source)[0]).toContain(JSON.stringify(path))
    expect(messages(source)[0]).toContain(why)
  })

  it.each([
    ['symlink', 'a symbolic link'],
    ['link', 'a hard link'],
    ['character-device', 'a device'],
    ['block-device', 'a device'],
    ['fifo', 'a pipe'],
  ] as const)('is left out and named: %s', async (type, what) => {
    const header = { type, linkname: '/etc/passwd' }
    const source = await openTar([
      [web, '', header],
      ['resources/pods/cluster/x.json', 'good'],
    ])
    expect(await contents(source)).toEqual({ 'resources/pods/cluster/x.json': 'good' })
    expect(messages(source)).toEqual([`error: ${JSON.stringify(web)} in the archive is left out: it is ${what}`])
  })

  it('is told as a warning where it is only strange', async () => {
    const source = await openTar([
      ['lost+found/x', ''],
      [web, '{}'],
    ])
    expect(messages(source)).toEqual([expect.stringMatching(/^warning: "lost\+found\/x" /)])
  })

  it('is told a few hundred times at most, and how often it was', async () => {
    const source = await openTar(Array.from({ length: 1000 }, (_, i): Packed => [`../x${i}`, '']))
    expect(source.findings.length).toBeLessThan(210)
    expect(messages(source)).toContain('error: the archive has 800 more errors such as the ones before')
  })

  it('is told in few words, though a path has thousands', async () => {
    const source = await openTar([
      [`../${'x'.repeat(5000)}`, ''],
      [web, '{}'],
    ])
    expect(source.findings[0]?.message.length).toBeLessThan(500)
  })

  it('may be an object larger than any: it is named and passed over', async () => {
    const size = (32 << 20) + 1
    const padding = Buffer.alloc(Math.ceil(size / 512) * 512)
    const tar = Buffer.concat([
      await headerOf(web, size, '0'),
      padding,
      await tarOf([['resources/x/cluster/x.json', 'good']]),
    ])
    const source = await openTar(tar)
    expect(await contents(source)).toEqual({ 'resources/x/cluster/x.json': 'good' })
    expect(source.findings).toEqual([{ level: 'error', message: expect.stringContaining(web), namespace: 'shop' }])
  })

  it('ends the reading where little unpacks to more than any cluster has', async () => {
    const zeros = gzipSync(Buffer.alloc(64 << 20), { level: 9 })
    const header = gzipSync(await headerOf('resources/pods/cluster/x.json', 8 * 2 ** 30 - 1, '0'))
    const bomb = openGz(Buffer.concat([header, ...Array.from({ length: 17 }, () => zeros)]))
    await expect(bomb).rejects.toThrow(HostileArchiveError)
  }, 30_000)

  it('ends the reading where there are more kinds than any cluster has', async () => {
    const entries = Array.from({ length: 10_001 }, (_, i): Packed => [`resources/kind${i}/cluster/x.json`, '{}'])
    await expect(openTar(bulkTarOf(entries))).rejects.toThrow(HostileArchiveError)
  }, 30_000)

  it('ends the reading where a path takes more than 1 MiB', async () => {
    const tar = Buffer.concat([await headerOf('x', 2 << 20, 'L'), Buffer.alloc(2 << 20, 'x')])
    await expect(openTar(tar)).rejects.toThrow(HostileArchiveError)
  })
})

describe('an archive that is damaged', () => {
  const names = Array.from({ length: 40 }, (_, i) => `resources/pods/cluster/p${i}.json`)
  const entries = names.map((path): Packed => [path, randomBytes(3000).toString('hex')])

  it.each([0.3, 0.6, 0.95])('by its end at %d of it gives what came before, and says where it ends', async part => {
    const gz = gzipSync(await tarOf(entries))
    const source = await openGz(gz.subarray(0, gz.length * part))
    const found = await contents(source)
    const count = Object.keys(found).length
    expect(count).toBeGreaterThan(40 * part - 8)
    expect(found).toEqual(Object.fromEntries(entries.slice(0, count)))
    expect(messages(source)).toEqual([
      expect.stringMatching(/^error: the archive ends early, in or after its entry \d+, "/),
    ])
  })

  it('by an end between two entries is told as well', async () => {
    const tar = await tarOf([[web, '{}']])
    const source = await openTar(tar.subarray(0, 1024))
    expect(await contents(source)).toEqual({ [web]: '{}' })
    expect(messages(source)).toEqual([expect.stringContaining('the archive ends early')])
  })

  it('in its middle gives what came before', async () => {
    const tar = Buffer.from(await tarOf(entries))
    const header = tar.indexOf(names[20] as string)
    tar.fill('x', header, header + 512)
    const source = await openTar(tar)
    expect(await contents(source)).toEqual(Object.fromEntries(entries.slice(0, 20)))
    expect(messages(source)).toEqual([
      expect.stringMatching(
        /^error: the archive is damaged \(.+\), in or after its entry 20, ".+p19.json": nothing from/,
      ),
    ])
  })

  it('in the middle of its compressed bytes is never taken for whole', async () => {
    const gz = Buffer.from(gzipSync(await tarOf(entries)))
    gz.fill(0xff, gz.length >> 1, (gz.length >> 1) + 2000)
    const source = await openGz(gz)
    const found = await contents(source)
    for (const [path, content] of entries.slice(0, 15)) expect(found[path]).toBe(content)
    expect(messages(source)).toEqual([expect.stringMatching(/^error: the archive is damaged/)])
  })

  it('so that only its checksum shows it gives everything, with a word about it', async () => {
    const gz = Buffer.from(gzipSync(await tarOf(entries)))
    gz.writeUInt32LE(1, gz.length - 8)
    const source = await openGz(gz)
    expect(await contents(source)).toEqual(Object.fromEntries(entries))
    expect(messages(source)).toEqual([expect.stringMatching(/^error: the archive is damaged/)])
  })

  it('behind its end is not', async () => {
    const gz = gzipSync(await tarOf([[web, '{}']]))
    for (const tail of ['garbage', '\0'.repeat(2000)]) {
      const source = await openGz(Buffer.concat([gz, Buffer.from(tail)]))
      expect(messages(source)).toEqual([])
    }
  })

  it.each([
    ['nothing', ''],
    ['no gzip', '<html>'],
    ['no tar', gzipSync('x'.repeat(2000))],
  ])('for it is %s gives nothing, and says so', async (_, bytes) => {
    const source = await openGz(Buffer.from(bytes))
    expect(source.members).toEqual([])
    expect(messages(source)[0]).toMatch(/^error: the archive (ends early|is damaged \(.+\)), at its beginning/)
  })

  it('is not what an archive is that the store can not give', async () => {
    const store = new MemoryStore()
    await store.put(ARCHIVE, gzipSync(await tarOf(entries)))
    store.get = () => Promise.reject(new Error('the store is gone'))
    await expect(open(store)).rejects.toThrow('the store is gone')
  })
})
