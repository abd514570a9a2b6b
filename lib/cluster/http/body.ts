import type { Readable } from 'node:stream'
import type { Permit } from '../flow.ts'
import type { ApiResponse } from '../types.ts'

/**
 * The body of an answer, chunk by chunk as it comes. Its place under flow control is given back at its end, also when it
 * breaks off or is destroyed.
 */
export function createBody(source: Readable, permit: Permit, broken: (error: unknown) => unknown): ApiResponse['body'] {
  let bytes = 0
  const done = () => permit.release(bytes)
  source.once('close', done)
  // An error must not be without listener when the body is destroyed before anybody reads it.
  source.on('error', done)
  return {
    destroy: error => {
      source.destroy(error)
    },
    [Symbol.asyncIterator]() {
      const chunks: AsyncIterator<Buffer> = source[Symbol.asyncIterator]()
      return {
        async next() {
          try {
            const result = await chunks.next()
            if (result.done) done()
            else bytes += result.value.length
            return result
          } catch (error) {
            done()
            throw broken(error)
          }
        },
        async return() {
          await chunks.return?.()
          done()
          return { done: true, value: undefined }
        },
      }
    },
  }
}

/** The chunks of a body in one piece, without a copy where there is one. */
export function joined(chunks: readonly Buffer[]): Buffer {
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)
}

/** The body of an answer that has arrived. */
export class WholeBody {
  readonly bytes: Buffer

  constructor(bytes: Buffer) {
    this.bytes = bytes
  }

  destroy(): void {}

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    yield this.bytes
  }
}
