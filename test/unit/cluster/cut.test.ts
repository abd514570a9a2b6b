import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ListCutter, type ListEnvelope } from '../../../lib/cluster/cut.ts'
import { chunked, cuts } from '../../helpers/chunks.ts'
import { listText } from './lists-of-json.ts'

function cutUp(chunks: Iterable<Buffer>): { items: string[]; envelope: ListEnvelope } {
  const cutter = new ListCutter()
  const items: string[] = []
  for (const chunk of chunks) items.push(...cutter.push(chunk).map(item => item.json.toString()))
  return { items, envelope: cutter.end() }
}

const whole = (text: string) => cutUp([Buffer.from(text)])

describe('cutting items out of a list', () => {
  it('yields exactly the bytes of every item, wherever the network cuts', () => {
    fc.assert(
      fc.property(listText, cuts, ({ text, items }, at) => {
        expect(cutUp(chunked(Buffer.from(text), at)).items).toEqual(items)
      }),
      { numRuns: 300 },
    )
  })

  it('yields the same when every byte comes alone', () => {
    fc.assert(
      fc.property(listText, ({ text, items }) => {
        const bytes = Buffer.from(text)
        const single = Array.from(bytes, (_, i) => bytes.subarray(i, i + 1))
        expect(cutUp(single).items).toEqual(items)
      }),
      { numRuns: 60 },
    )
  })

  it('answers all of the list but its items', () => {
    fc.assert(
      fc.property(listText, cuts, ({ text }, at) => {
        const { items: _, ...rest } = JSON.parse(text)
        expect(cutUp(chunked(Buffer.from(text), at)).envelope).toEqual({ ...rest, items: [] })
      }),
      { numRuns: 200 },
    )
  })

  it('takes a list that was cut short at any byte for broken', () => {
    fc.assert(
      fc.property(listText, fc.double({ min: 0, max: 0.999999, noNaN: true }), ({ text }, part) => {
        const bytes = Buffer.from(text.trimEnd())
        const short = bytes.subarray(0, Math.floor(part * bytes.length))
        expect(() => cutUp([short])).toThrow(SyntaxError)
      }),
      { numRuns: 300 },
    )
  })

  it('takes null for no items, as Go writes an empty slice', () => {
    expect(whole('{"kind":"PodList","metadata":{"resourceVersion":"7"},"items":null}').items).toEqual([])
  })

  it('finds the items of the list itself, not those of something in it', () => {
    const { items } = whole('{"a":["items",[{"x":1}]],"metadata":{"items":[{"y":1}]},"items":[{"z":1}]}')
    expect(items).toEqual(['{"z":1}'])
  })

  it.each([
    'null',
    '5',
    '"text"',
    '[]',
    '[{"metadata":{}}]',
    '{}',
    '{"kind":"Status","status":"Success"}',
    '<html></html>',
    '',
  ])('takes %j for something that is no list', text => {
    expect(() => whole(text)).toThrow(SyntaxError)
  })

  it.each([
    '{"items":[5]}',
    '{"items":[null]}',
    '{"items":["a"]}',
    '{"items":[[]]}',
  ])('refuses items that are no objects: %s', text => {
    expect(() => whole(text)).toThrow(SyntaxError)
  })

  it('refuses to hold an endless answer that has no items', () => {
    const cutter = new ListCutter()
    const piece = Buffer.alloc(1 << 19, ' ')
    cutter.push(Buffer.from('{'))
    expect(() => {
      for (let i = 0; i < 4; i++) cutter.push(piece)
    }).toThrow('not a list')
  })
})
