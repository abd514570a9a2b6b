import { randomBytes } from 'node:crypto'
import { PassThrough } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { readRange, readResuming } from '../../../../lib/bucket/source/resuming.ts'
import { checkedBody } from '../../../../lib/store/body.ts'
import { type ByteRange, type ObjectInfo, StoreError } from '../../../../lib/store/types.ts'
import { MemoryStore } from '../../../helpers/memory-store.ts'

const bytes = randomBytes(1000)

/** Breaks each connection after some bytes, as often as told. */
class BreakingStore extends MemoryStore {
  breaks: number[] = []
  ranges: (ByteRange | undefined)[] = []

  override async get(key: string, range?: ByteRange) {
    this.ranges.push(range)
    const found = await super.get(key, range)
    const after = this.breaks.shift()
    if (after === undefined) return found
    const content = await buffer(found.body)
    const source = new PassThrough()
    source.write(content.subarray(0, after))
    setImmediate(() => source.destroy(new Error('reset by peer')))
    return { ...found, body: checkedBody(source, content.length, key) }
  }
}

async function stored(breaks: number[]): Promise<{ store: BreakingStore; info: ObjectInfo }> {
  const store = new BreakingStore()
  await store.put('k', bytes)
  store.breaks = breaks
  return { store, info: (await store.head('k')) as ObjectInfo }
}

const read = async (chunks: AsyncIterable<Buffer>) => Buffer.concat(await Array.fromAsync(chunks))

describe('an object that is read to its end', () => {
  it('is asked for again from where a connection broke', async () => {
    const { store, info } = await stored([300, 200])
    expect((await read(readResuming(store, info))).equals(bytes)).toBe(true)
    expect(store.ranges).toEqual([undefined, { start: 300 }, { start: 500 }])
  })

  it('is given up where connections break without a byte', async () => {
    const { store, info } = await stored([300, 0, 0, 0, 0, 0])
    await expect(read(readResuming(store, info))).rejects.toThrow(StoreError)
    expect(store.breaks).toEqual([0, 0])
  })

  it('is not mixed from two objects', async () => {
    const { store, info } = await stored([300])
    const chunks = readResuming(store, info)
    await chunks.next()
    await store.put('k', randomBytes(1000))
    await expect(read(chunks)).rejects.toMatchObject({ code: 'ObjectReplaced' })
  })

  it('is let go of when that is asked for', async () => {
    const { store, info } = await stored([])
    const reason = new Error('enough')
    await expect(read(readResuming(store, info, AbortSignal.abort(reason)))).rejects.toBe(reason)
    await expect(readRange(store, 'k', { offset: 0, length: 5 }, AbortSignal.abort(reason))).rejects.toBe(reason)
  })
})

describe('a range of an object', () => {
  it('is read whole, again where a connection broke', async () => {
    const { store } = await stored([10, 0])
    const range = await readRange(store, 'k', { offset: 100, length: 50 })
    expect(range.equals(bytes.subarray(100, 150))).toBe(true)
    expect(store.ranges).toHaveLength(3)
  })

  it('is given up where connections go on breaking', async () => {
    const { store } = await stored([10, 10, 10, 10, 10])
    await expect(readRange(store, 'k', { offset: 100, length: 50 })).rejects.toMatchObject({ code: 'ConnectionBroken' })
  })
})
