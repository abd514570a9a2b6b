import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SegmentStore, SortedRows, TextSegments } from '../../../lib/bucket/segments.ts'
import { SIZES } from '../../../lib/bucket/sizes.ts'
import { MemoryStore } from '../../helpers/memory-store.ts'

const SMALL = { ...SIZES, text: 20, kept: 60, rows: 3 }

const segments = (sizes = SMALL, store = new MemoryStore(), epoch = 1) => new SegmentStore(store, 'uid', epoch, sizes)

async function textOf(text: TextSegments): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of text.read()) chunks.push(chunk)
  return chunks.length === 0 ? '' : gunzipSync(Buffer.concat(chunks)).toString()
}

const rowsOf = async (rows: SortedRows) => Array.fromAsync(rows.read())
const sortedOnce = (rows: readonly string[]) => [...new Set(rows)].sort()

const lines = fc.array(fc.string({ unit: 'binary', maxLength: 30 }).map(text => `${text.replaceAll('\n', ' ')}\n`))
const row = fc.string({ unit: 'binary', maxLength: 6 }).map(text => text.replaceAll('\n', ' '))
/** Rows, and where in them a checkpoint falls. */
const cutRows = fc.tuple(fc.array(row, { maxLength: 40 }), fc.nat(40))

describe('text that grows', () => {
  it.each([
    ['in memory', SIZES],
    ['put aside as it fills', SMALL],
  ])('reads as it was written: %s', async (_, sizes) => {
    await fc.assert(
      fc.asyncProperty(lines, async added => {
        const text = new TextSegments('log', segments(sizes))
        for (const line of added) {
          text.add(line)
          await text.drained()
        }
        expect(await textOf(text)).toBe(added.join(''))
      }),
      { numRuns: 40 },
    )
  })

  it('is taken up by the next holder just as it was when it was cut', async () => {
    await fc.assert(
      fc.asyncProperty(lines, lines, lines, async (before, lost, after) => {
        const store = new MemoryStore()
        const first = new TextSegments('log', segments(SMALL, store))
        for (const line of before) first.add(line)
        const keys = first.cut()
        for (const line of lost) first.add(line)
        await first.cut()
        const second = new TextSegments('log', segments(SMALL, store, 2), await keys)
        for (const line of after) second.add(line)
        expect(await textOf(second)).toBe(before.concat(after).join(''))
      }),
      { numRuns: 40 },
    )
  })

  it('can be read again, and goes on growing', async () => {
    const text = new TextSegments('log', segments())
    text.add('one\n'.repeat(20))
    expect(await textOf(text)).toBe('one\n'.repeat(20))
    text.add('two\n')
    expect(await textOf(text)).toBe(`${'one\n'.repeat(20)}two\n`)
  })

  it('writes nothing while it is small', async () => {
    const store = new MemoryStore()
    const aside = segments(SIZES, store)
    const text = new TextSegments('log', aside)
    text.add('a line\n'.repeat(1000))
    await textOf(text)
    expect([store.objects.size, aside.used]).toEqual([0, false])
  })

  it('fails where a segment could not be stored, and does not go on without it', async () => {
    const store = new MemoryStore()
    store.put = () => Promise.reject(new Error('no space'))
    const text = new TextSegments('log', segments(SMALL, store))
    text.add('a line\n'.repeat(100))
    await expect(text.cut()).rejects.toThrow('no space')
    await expect(text.drained()).rejects.toThrow('no space')
    await expect(textOf(text)).rejects.toThrow('no space')
  })
})

describe('rows that are wanted in order', () => {
  it.each([
    ['in memory', SIZES],
    ['put aside in runs', SMALL],
  ])('come sorted, each once: %s', async (_, sizes) => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 40 }), async added => {
        const rows = new SortedRows('listed', segments(sizes))
        for (const one of added) {
          rows.add(one)
          await rows.drained()
        }
        expect(await rowsOf(rows)).toEqual(sortedOnce(added))
        expect(await rowsOf(rows)).toEqual(sortedOnce(added))
      }),
      { numRuns: 60 },
    )
  })

  it('are taken up by the next holder just as they were when they were cut', async () => {
    await fc.assert(
      fc.asyncProperty(cutRows, async ([added, at]) => {
        const store = new MemoryStore()
        const first = new SortedRows('listed', segments(SMALL, store))
        for (const one of added.slice(0, at)) first.add(one)
        const keys = first.cut()
        first.add('lost')
        const second = new SortedRows('listed', segments(SMALL, store, 2), await keys)
        for (const one of added.slice(at)) second.add(one)
        expect(await rowsOf(second)).toEqual(sortedOnce(added))
      }),
      { numRuns: 60 },
    )
  })

  it('many: 100,000 in the usual runs', async () => {
    const rows = new SortedRows('listed', segments(SIZES))
    for (let i = 0; i < 100_000; i++) {
      rows.add(`row ${(i * 7919) % 50_000}`)
      if (i % 1000 === 0) await rows.drained()
    }
    let last = ''
    let count = 0
    for await (const one of rows.read()) {
      expect(one > last).toBe(true)
      last = one
      count++
    }
    expect(count).toBe(50_000)
  })

  it('that arrive while they are read are for the next reading', async () => {
    const rows = new SortedRows('wanted', segments())
    for (const one of ['b', 'd', 'a', 'c']) rows.add(one)
    const seen: string[] = []
    for await (const one of rows.read()) {
      seen.push(one)
      rows.add(`${one}${one}`)
    }
    expect(seen).toEqual(['a', 'b', 'c', 'd'])
    expect(await rowsOf(rows)).toEqual(['a', 'aa', 'b', 'bb', 'c', 'cc', 'd', 'dd'])
  })
})
