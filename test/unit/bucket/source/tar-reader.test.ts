import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HostileArchiveError } from '../../../../lib/bucket/archive-source.ts'
import { TarDamagedError } from '../../../../lib/bucket/source/tar-header.ts'
import { readTar, TarReader } from '../../../../lib/bucket/source/tar-reader.ts'
import { chunked, cuts } from '../../../helpers/chunks.ts'
import { headerOf, type Packed, summed, tarOf } from './archives.ts'

interface Read {
  path: string
  type: string
  content: string
}

function read(chunks: readonly Buffer[], wants: (path: string) => boolean = () => true) {
  const entries: Read[] = []
  const reader = new TarReader({
    wants: ({ path, type }) => {
      if (!wants(path)) entries.push({ path, type, content: 'passed over' })
      return wants(path)
    },
    entry: ({ path, type }, content) => entries.push({ path, type, content: content.toString() }),
  })
  for (const chunk of chunks) reader.push(chunk)
  return { entries, ended: reader.ended }
}

const files = (entries: readonly Packed[]) => entries.map(([path, content]) => ({ path, type: '0', content }))

const pathOf = (part: fc.Arbitrary<string>) => fc.array(part, { minLength: 1, maxLength: 12 }).map(all => all.join('/'))
const ascii = pathOf(fc.stringMatching(/^[a-z0-9.:-]{1,40}$/))
const unicode = pathOf(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }).map(text => text.replace(/[/\0]/g, '_')),
)

describe('a tar', () => {
  it('is read as tar-stream wrote it, however it is cut into chunks', async () => {
    const entry: fc.Arbitrary<Packed> = fc.tuple(fc.oneof(ascii, unicode), fc.string({ maxLength: 3000 }))
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 8 }), cuts, async (entries, at) => {
        expect(read(chunked(await tarOf(entries), at))).toEqual({ entries: files(entries), ended: true })
      }),
      { numRuns: 100 },
    )
  })

  it('is read the same byte by byte', async () => {
    const entries: Packed[] = [
      ['a', 'x'.repeat(700)],
      ['empty', ''],
      [`${'long/'.repeat(60)}name`, 'y'],
      ['schön', 'z'],
    ]
    const tar = await tarOf(entries)
    expect(read(Array.from(tar, byte => Buffer.from([byte]))).entries).toEqual(files(entries))
  })

  it('may be passed over in part', async () => {
    const tar = await tarOf([
      ['a', 'x'.repeat(5000)],
      ['b', 'kept'],
      ['c', 'y'.repeat(5000)],
    ])
    const { entries } = read(chunked(tar, [0.1, 0.3, 0.5, 0.7]), path => path === 'b')
    expect(entries.map(({ content }) => content)).toEqual(['passed over', 'kept', 'passed over'])
  })

  it('gives content that lies within a chunk without a copy', async () => {
    const tar = await tarOf([['a', 'content']])
    readTar(tar, { wants: () => true, entry: (_, content) => expect(content.buffer).toBe(tar.buffer) })
  })

  it("is read with GNU's long names", async () => {
    const name = `${'n'.repeat(300)}.json`
    const long = Buffer.concat([await headerOf('././@LongLink', 306, 'L'), Buffer.alloc(512, `${name}\0`).fill(0, 305)])
    const link = Buffer.concat([await headerOf('././@LongLink', 3, 'K'), Buffer.alloc(512)])
    const tar = Buffer.concat([
      long,
      link,
      await tarOf([
        ['cut short', 'content'],
        ['next', ''],
      ]),
    ])
    expect(read([tar]).entries.map(({ path }) => path)).toEqual([name, 'next'])
  })

  it("does not take what GNU's format has there for a prefix", async () => {
    const block = await headerOf('name', 0, '0')
    block.write('ustar  \0', 257, 'latin1')
    block.write('17777777777', 345, 'latin1')
    summed(block)
    expect(read([block]).entries[0]?.path).toBe('name')
  })

  it('is read with PAX headers for a file, and past those for all files', async () => {
    const global = await extension('g', '19 path=everywhere\n')
    const tar = await tarOf([
      ['short', 'content', { pax: { path: 'the/real/path', mtime: '1.5' } }],
      ['plain', 'x'],
    ])
    expect(read([global, tar]).entries.map(({ path }) => path)).toEqual(['the/real/path', 'plain'])
  })

  it('is read as old programs wrote it: no magic, a type of NUL, folders told by their slash', async () => {
    const old = async (path: string) => {
      const block = await headerOf(path, 0, '\0')
      block.fill(0, 257, 500)
      summed(block)
      return block
    }
    const { entries } = read([await old('file'), await old('folder/')])
    expect(entries.map(({ path, type }) => [path, type])).toEqual([
      ['file', '0'],
      ['folder/', '5'],
    ])
  })

  it('reads sizes to the base of 256, and content that links only claim to have', async () => {
    const large = await headerOf('large', 0, '0')
    large.fill(0, 124, 136)
    large[124] = 0x80
    large[135] = 3
    summed(large)
    const link = await headerOf('link', 1000, '2')
    const tar = Buffer.concat([large, Buffer.alloc(512, 'abc').fill(0, 3), link, await tarOf([['next', 'x']])])
    expect(read([tar]).entries.map(({ path, content }) => [path, content])).toEqual([
      ['large', 'abc'],
      ['link', ''],
      ['next', 'x'],
    ])
  })

  it('ends at its end mark, whatever follows', async () => {
    const tar = Buffer.concat([await tarOf([['a', 'x']]), await tarOf([['b', 'y']])])
    expect(read([tar]).entries.map(({ path }) => path)).toEqual(['a'])
  })

  it('without an end mark has not ended', async () => {
    const tar = await tarOf([['a', 'x']])
    expect(read([tar.subarray(0, 1024)])).toMatchObject({ entries: [{ path: 'a' }], ended: false })
  })

  it.each([
    ['a header without its checksum', async () => Buffer.alloc(512, 'no header')],
    ['a size that is no number', async () => damaged(124, 'nonsense   ')],
    ['a size beyond all numbers', async () => damaged(124, Buffer.alloc(12, 0x80))],
    ['a PAX header that is not made of records', async () => extension('x', '12 path=x')],
    ['a PAX header whose record claims to be longer', async () => extension('x', '99 path=x\n')],
    ['a PAX header with a size that is none', async () => extension('x', '11 size=-5\n')],
    ['a file stored with holes', async () => extension('x', '22 GNU.sparse.major=1\n')],
  ])('is damaged by %s', async (_, tar) => {
    const bytes = await tar()
    expect(() => read([bytes])).toThrow(TarDamagedError)
  })

  it('with a header about a header of more than 1 MiB is hostile', async () => {
    const tar = await headerOf('x', (1 << 20) + 1, 'x')
    expect(() => read([tar])).toThrow(HostileArchiveError)
  })

  it('that is there as a whole is damaged where it ends within an entry', async () => {
    const tar = await tarOf([['a', 'x'.repeat(600)]])
    for (const end of [100, 512, 600, 1400])
      expect(() => readTar(tar.subarray(0, end), { wants: () => true, entry: () => {} })).toThrow(TarDamagedError)
  })

  it('of any bytes is read or refused, and never more than that', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 512, maxLength: 3000 }), bytes => {
        try {
          read([Buffer.from(bytes)])
        } catch (error) {
          expect(error).toBeInstanceOf(TarDamagedError)
        }
      }),
    )
  })
})

async function damaged(at: number, field: string | Buffer): Promise<Buffer> {
  const block = await headerOf('x', 0, '0')
  Buffer.from(field).copy(block, at)
  summed(block)
  return block
}

async function extension(type: string, content: string): Promise<Buffer> {
  return Buffer.concat([await headerOf('x', content.length, type), Buffer.alloc(512, content).fill(0, content.length)])
}
