import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readJsonArray } from '../../../lib/bucket/json-array.ts'
import { chunked, cuts } from '../../helpers/chunks.ts'

async function* from(chunks: readonly Buffer[]) {
  yield* chunks
}

const read = (chunks: readonly Buffer[]) => Array.fromAsync(readJsonArray(from(chunks)))
const readText = (text: string) => read([Buffer.from(text)])

describe('a JSON array that arrives in chunks', () => {
  it('gives its elements, whatever they are and however it is cut and spaced', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.jsonValue()), fc.constantFrom(0, 2), cuts, async (values, spaces, at) => {
        const expected: unknown = JSON.parse(JSON.stringify(values))
        expect(await read(chunked(Buffer.from(` ${JSON.stringify(values, undefined, spaces)}\n`), at))).toEqual(
          expected,
        )
      }),
    )
  })

  it.each(['null', 'null\n', ' null ', '[]', ' [ \n ] \n'])('gives nothing for %j', async text => {
    expect(await readText(text)).toEqual([])
    expect(await read(Array.from(Buffer.from(text), byte => Buffer.from([byte])))).toEqual([])
  })

  it('gives each element as soon as it is there', async () => {
    const elements = readJsonArray(
      (async function* () {
        yield Buffer.from('[{"a":[1,"],"]}, {"b"')
        throw new Error('the rest never came')
      })(),
    )
    expect((await elements.next()).value).toEqual({ a: [1, '],'] })
    await expect(elements.next()).rejects.toThrow('the rest never came')
  })

  it('is not looked at behind its end', async () => {
    expect(await readText('[1] and more')).toEqual([1])
  })

  it.each([
    '',
    ' ',
    '{}',
    'true',
    'nul',
    'nothing',
    '[',
    '[1',
    '[1,',
    '[{"a":1]',
    '["a]',
    '[1,]',
    '[,1]',
    '[1 2]',
    '[}',
    '[1}x]',
  ])('is refused where it is none: %j', async text => {
    await expect(readText(text)).rejects.toThrow(SyntaxError)
  })

  it('is refused where an element fills memory', async () => {
    const piece = Buffer.alloc(1 << 20, 'x')
    const endless = (async function* () {
      yield Buffer.from('["')
      for (;;) yield piece
    })()
    await expect(Array.fromAsync(readJsonArray(endless))).rejects.toThrow(SyntaxError)
  })
})
