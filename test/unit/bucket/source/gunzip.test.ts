import { randomBytes } from 'node:crypto'
import { deflateRawSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gunzip, gunzipChunks } from '../../../../lib/bucket/source/gunzip.ts'
import { chunked, cuts } from '../../../helpers/chunks.ts'

async function unpack(chunks: readonly Buffer[]): Promise<{ bytes: Buffer; error?: string }> {
  const given: Buffer[] = []
  try {
    for await (const chunk of gunzipChunks(() => from(chunks))) given.push(chunk)
    return { bytes: Buffer.concat(given) }
  } catch (error) {
    return { bytes: Buffer.concat(given), error: (error as { code: string }).code }
  }
}

async function* from(chunks: readonly Buffer[]) {
  yield* chunks
}

/** Text that compresses a little, so that it is some blocks long either way. */
const text = Buffer.from(Array.from({ length: 60_000 }, () => randomBytes(4).toString('hex')).join(' '))

/** How much of the text comes at least, and how much of that is as it was; otherwise all. */
const CERTAIN: Record<string, [number, number]> = { 'cut short': [0.95, 0.95], 'broken in the middle': [0.45, 0.45] }

describe('a gzip file that arrives in chunks', () => {
  it('of any number of members is unpacked whole, however it is cut', async () => {
    const members = fc.array(fc.nat(text.length), { minLength: 1, maxLength: 5 })
    await fc.assert(
      fc.asyncProperty(members, cuts, async (sizes, at) => {
        const gz = Buffer.concat(sizes.map(size => gzipSync(text.subarray(0, size))))
        const { bytes, error } = await unpack(chunked(gz, at))
        expect(error).toBeUndefined()
        expect(bytes.equals(Buffer.concat(sizes.map(size => text.subarray(0, size))))).toBe(true)
      }),
      { numRuns: 25 },
    )
  })

  it('may be followed by zeros', async () => {
    for (const zeros of [1, 1000, 100_000]) {
      const { bytes, error } = await unpack([gzipSync(text), Buffer.alloc(zeros)])
      expect(error).toBeUndefined()
      expect(bytes.equals(text)).toBe(true)
    }
  })

  it.each([
    ['cut short', (gz: Buffer) => gz.subarray(0, gz.length - 5000)],
    ['cut short by its last byte', (gz: Buffer) => gz.subarray(0, -1)],
    ['broken in the middle', (gz: Buffer) => Buffer.from(gz).fill(0xff, gz.length >> 1, (gz.length >> 1) + 100)],
    ['followed by garbage', (gz: Buffer) => Buffer.concat([gz, Buffer.from('garbage')])],
    ['other than its checksum', (gz: Buffer) => Buffer.from(gz).fill(0, gz.length - 8, gz.length - 4)],
  ])('that is %s gives what came before, the same for everyone', async (name, damage) => {
    const gz = damage(gzipSync(text))
    const { bytes, error } = await unpack([gz])
    expect(error).toMatch(/^Z_/)
    const [from, to] = CERTAIN[name] ?? [1, 1]
    expect(bytes.length / text.length).toBeGreaterThanOrEqual(from)
    expect(bytes.subarray(0, to * text.length).equals(text.subarray(0, to * text.length))).toBe(true)
    await fc.assert(
      fc.asyncProperty(cuts, async at => {
        const again = await unpack(chunked(gz, at))
        expect(again.error).toBe(error)
        expect(again.bytes.equals(bytes)).toBe(true)
      }),
      { numRuns: 10 },
    )
  })

  it.each(['', 'no gzip at all'])('is refused where it is none: %j', async content => {
    expect(await unpack([Buffer.from(content)])).toMatchObject({ error: expect.stringMatching(/^Z_/) })
  })

  it('passes on what its source throws', async () => {
    const failing = async function* () {
      yield gzipSync(text).subarray(0, 50_000)
      throw new Error('the store is gone')
    }
    await expect(Array.fromAsync(gunzipChunks(failing))).rejects.toThrow('the store is gone')
  })
})

describe('a small gzip file', () => {
  it('is unpacked whole', async () => {
    for (const size of [0, 1, 5000, text.length])
      expect((await gunzip(gzipSync(text.subarray(0, size)), text.length)).equals(text.subarray(0, size))).toBe(true)
  })

  it('is unpacked whole though it lies about its size', async () => {
    const gz = gzipSync(text)
    // A member in front: the size at the end is that of the last one only.
    expect((await gunzip(Buffer.concat([gz, gzipSync('x')]), text.length + 1)).length).toBe(text.length + 1)
  })

  it('is refused where it is larger than it may be, or damaged', async () => {
    await expect(gunzip(gzipSync(text), text.length - 1)).rejects.toThrow()
    await expect(gunzip(deflateRawSync(text), text.length)).rejects.toThrow()
    await expect(gunzip(Buffer.alloc(0), 10)).rejects.toThrow()
  })
})
