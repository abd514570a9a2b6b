import { randomBytes } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { ArchiveMember } from '../../../lib/bucket/archive-index.ts'
import { type ArchiveState, ArchiveWriter } from '../../../lib/bucket/archive-writer.ts'
import { sha256 } from '../../../lib/bucket/segments.ts'
import { uploadStream } from '../../../lib/bucket/upload.ts'
import { PreconditionFailedError } from '../../../lib/store/types.ts'
import { members } from '../../helpers/archive.ts'
import { MemoryStore } from '../../helpers/memory-store.ts'

const KEY = 'backups/b/b.tar.gz'
const about = { resource: 'pods', first: 'a', last: 'b', items: 2 }

async function append(writer: ArchiveWriter, texts: Iterable<Buffer>): Promise<ArchiveMember[]> {
  const found: ArchiveMember[] = []
  for (const text of texts) {
    const { member, done } = writer.append(gzipSync(text), about)
    found.push(member)
    await done
  }
  return found
}

const content = async (store: MemoryStore) => buffer((await store.get(KEY)).body)
const pieces = (count: number, size: number) => Array.from({ length: count }, () => randomBytes(size))

describe('an archive', () => {
  it('that is small is written by one PUT at its end, and nothing before', async () => {
    const store = new MemoryStore()
    const writer = new ArchiveWriter(store, KEY)
    const texts = pieces(3, 1000)
    const rows = await append(writer, texts)
    expect(store.objects.size + store.uploads.size).toBe(0)
    const { size } = await writer.finish()
    const bytes = await content(store)
    expect(bytes.length).toBe(size)
    expect(gunzipSync(bytes).equals(Buffer.concat(texts))).toBe(true)
    expect(members(bytes, rows)).toEqual(texts)
  })

  it('of more than 5 MiB goes in parts that S3 takes, and reads whole', async () => {
    const store = new MemoryStore()
    let begun = 0
    const writer = new ArchiveWriter(store, KEY, { onUpload: () => begun++ })
    const texts = pieces(14, 1 << 20)
    const rows = await append(writer, texts)
    expect(begun).toBe(1)
    expect([...store.uploads.values()][0]?.parts.size).toBe(2)
    await writer.finish()
    const bytes = await content(store)
    expect(members(bytes, rows).every((text, i) => text.equals(texts[i] as Buffer))).toBe(true)
    expect(rows.every(row => sha256(bytes.subarray(row.offset, row.offset + row.length)) === row.sha256)).toBe(true)
    expect(store.uploads.size).toBe(0)
  })

  it.each([0, 1, 2, 3, 7, 11])('goes on from a checkpoint after %i members as if nothing had happened', async count => {
    const store = new MemoryStore(0)
    const texts = pieces(12, 400)
    const first = new ArchiveWriter(store, KEY, { partBytes: 1000 })
    const rows = await append(first, texts.slice(0, count))
    let tail: Buffer | undefined
    const state: ArchiveState = await first.snapshot(async bytes => {
      tail = bytes
      return 'tail'
    })
    // The first holder lives on for a while and uploads what nobody will ever name.
    await append(first, pieces(5, 400))
    const second = new ArchiveWriter(store, KEY, { from: state, partBytes: 1000, ...(tail && { tail }) })
    rows.push(...(await append(second, texts.slice(count))))
    const { size } = await second.finish()
    const bytes = await content(store)
    expect(bytes.length).toBe(size)
    expect(members(bytes, rows)).toEqual(texts)
  })

  it('gives its successor part numbers above those that may still be on their way', async () => {
    const store = new MemoryStore(0)
    const first = new ArchiveWriter(store, KEY, { partBytes: 100 })
    await append(first, pieces(2, 400))
    const state = await first.snapshot(async () => 'tail')
    const second = new ArchiveWriter(store, KEY, { from: state, partBytes: 100 })
    await append(second, pieces(1, 400))
    await second.finish()
    expect(state.parts.map(part => part.partNumber)).toEqual([1, 2])
    expect((await second.snapshot(async () => 'tail')).parts.at(-1)?.partNumber).toBeGreaterThan(10)
  })

  it('never replaces one that is there', async () => {
    const store = new MemoryStore(0)
    await store.put(KEY, 'somebody else')
    for (const partBytes of [100, 1 << 20]) {
      const writer = new ArchiveWriter(store, KEY, { partBytes })
      await append(writer, pieces(1, 400))
      await expect(writer.finish()).rejects.toThrow(PreconditionFailedError)
    }
    expect((await content(store)).toString()).toBe('somebody else')
  })

  it('tells whoever appends that a part before it failed', async () => {
    const store = new MemoryStore(0)
    store.uploadPart = () => Promise.reject(new Error('no space'))
    const writer = new ArchiveWriter(store, KEY, { partBytes: 100 })
    await expect(append(writer, pieces(6, 400))).rejects.toThrow('no space')
    await expect(writer.finish()).rejects.toThrow('no space')
    await expect(writer.snapshot(async () => 'tail')).rejects.toThrow('no space')
  })
})

describe('a stream of unknown length', () => {
  it.each([0, 10, 999, 1000, 1001, 5500])('of %i bytes arrives whole', async size => {
    const store = new MemoryStore(0)
    const bytes = randomBytes(size)
    const chunks = Array.from({ length: Math.ceil(size / 300) }, (_, i) => bytes.subarray(i * 300, (i + 1) * 300))
    const uploaded = await uploadStream(store, KEY, chunks, { partBytes: 1000 })
    expect((await content(store)).equals(bytes)).toBe(true)
    expect(uploaded).toMatchObject({ size, sha256: sha256(bytes) })
  })

  it('leaves nothing behind where its source or the store fails', async () => {
    const store = new MemoryStore(0)
    async function* failing() {
      yield randomBytes(3000)
      yield randomBytes(3000)
      throw new Error('the source broke')
    }
    await expect(uploadStream(store, KEY, failing(), { partBytes: 1000 })).rejects.toThrow('the source broke')
    await store.put(KEY, 'there')
    await expect(uploadStream(store, KEY, [randomBytes(3000)], { partBytes: 1000 })).rejects.toThrow(
      PreconditionFailedError,
    )
    expect(store.uploads.size).toBe(0)
  })
})
