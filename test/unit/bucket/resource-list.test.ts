import { Readable } from 'node:stream'
import { expect, it } from 'vitest'
import { readResourceList } from '../../../lib/bucket/resource-list.ts'

const read = (...pieces: string[]) => Array.fromAsync(readResourceList(Readable.from(pieces)))

it('a list of resources is read entry by entry, wherever its text is cut', async () => {
  const text = '{"apps/v1/Deployment":["a/web","a/\\"x\\""],\n"v1/Pod":[]}\n'
  const entries = [
    ['apps/v1/Deployment', 'a/web'],
    ['apps/v1/Deployment', 'a/"x"'],
  ]
  expect(await read(text)).toEqual(entries)
  expect(await read(...text)).toEqual(entries)
  expect(await read('{}')).toEqual([])
})

it.each(['', '{"a":', '{"a":["b"', '{"a":["b"],', '[1]', 'null'])('%j is no list of resources', async text => {
  await expect(read(text)).rejects.toThrow(SyntaxError)
})
