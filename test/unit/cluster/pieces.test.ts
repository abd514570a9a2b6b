import type { Dispatcher } from 'undici'
import { describe, expect, it } from 'vitest'
import { Pieces } from '../../../lib/cluster/http/pieces.ts'

/** A connection that only keeps what it was told. */
class Connection {
  paused = false
  aborted: unknown
  pause() {
    this.paused = true
  }
  resume() {
    this.paused = false
  }
  abort(reason: unknown) {
    this.aborted = reason
  }
}

function arriving(): { connection: Connection; pieces: Pieces } {
  const connection = new Connection()
  return { connection, pieces: new Pieces(connection as unknown as Dispatcher.DispatchController) }
}

const MIB = Buffer.alloc(1 << 20)

describe('a body in pieces', () => {
  it('is read in order, whether pieces come before or after somebody asks for them', async () => {
    const { pieces } = arriving()
    pieces.push(Buffer.from('a'))
    pieces.push(Buffer.from('b'))
    const read = Array.fromAsync(pieces, String)
    await new Promise(setImmediate)
    pieces.push(Buffer.from('c'))
    pieces.end()
    expect(await read).toEqual(['a', 'b', 'c'])
  })

  it('has the connection wait while nobody reads, and no longer', async () => {
    const { connection, pieces } = arriving()
    pieces.push(Buffer.from('little'))
    expect(connection.paused).toBe(false)
    pieces.push(MIB)
    expect(connection.paused).toBe(true)
    await pieces.next()
    expect(connection.paused).toBe(true)
    await pieces.next()
    expect(connection.paused).toBe(false)
  })

  it('gives what had arrived before it broke off, and then the error', async () => {
    const { pieces } = arriving()
    pieces.push(Buffer.from('a'))
    pieces.fail(new Error('the line is cut'))
    expect(String((await pieces.next()).value)).toBe('a')
    await expect(pieces.next()).rejects.toThrow('the line is cut')
  })

  it('closes the connection when it is destroyed, unless all of it has arrived', async () => {
    const early = arriving()
    early.pieces.destroy(new Error('enough'))
    expect(early.connection.aborted).toEqual(new Error('enough'))
    const late = arriving()
    late.pieces.end()
    late.pieces.destroy()
    expect(late.connection.aborted).toBeUndefined()
  })
})
