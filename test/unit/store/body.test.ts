import { PassThrough, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { checkedBody } from '../../../lib/store/body.ts'

describe('a body', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('passes on whole', async () => {
    expect(await text(checkedBody(Readable.from([Buffer.from('ab'), Buffer.from('c')]), 3, 'k'))).toBe('abc')
  })

  it.each([
    [2, '2 of 5'],
    [7, '7 of 5'],
  ])('of %i bytes instead of 5 is an error', async (length, counts) => {
    const body = checkedBody(Readable.from([Buffer.alloc(length)]), 5, 'k')
    await expect(text(body)).rejects.toMatchObject({
      code: 'ConnectionBroken',
      message: expect.stringContaining(counts),
    })
  })

  it('whose source is closed without an end is an error', async () => {
    const source = new PassThrough()
    const read = text(checkedBody(source, 5, 'k'))
    source.write('ab')
    source.destroy()
    await expect(read).rejects.toMatchObject({ code: 'ConnectionBroken' })
  })

  it('that stalls for a minute is an error, and its source is closed', async () => {
    const source = new PassThrough()
    const read = text(checkedBody(source, 5, 'k'))
    source.write('ab')
    const failed = expect(read).rejects.toMatchObject({ message: expect.stringContaining('nothing came for 60000 ms') })
    await vi.advanceTimersByTimeAsync(60_000)
    await failed
    expect(source.destroyed).toBe(true)
  })

  it('waits for a slow reader as long as it takes', async () => {
    const source = new PassThrough()
    const bytes = Buffer.alloc(1_000_000)
    const body = checkedBody(source, bytes.length, 'k')
    source.end(bytes)
    await vi.advanceTimersByTimeAsync(3_600_000)
    expect((await text(body)).length).toBe(bytes.length)
  })

  it('that its reader gives up closes its source', async () => {
    const source = new PassThrough()
    const body = checkedBody(source, 5, 'k')
    body.destroy()
    await new Promise(resolve => source.once('close', resolve))
    expect(source.destroyed).toBe(true)
  })
})
