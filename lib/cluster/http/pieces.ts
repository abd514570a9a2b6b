import type { Dispatcher } from 'undici'
import type { ApiResponse } from '../types.ts'
import type { AnswerHead } from './whole.ts'

/** An answer whose body is still to come. */
export interface AnswerInPieces extends AnswerHead {
  body: Pieces
}

/** Of a body that nobody reads at the moment, so much may arrive before the connection is told to wait. In bytes. */
const AHEAD = 256 << 10

/**
 * Sends a request and answers when the head is there. The body is read as it arrives, without a stream of Node's between, which
 * costs as much for each piece as cutting the items out of it. Rejects with the signal's reason where that is aborted.
 */
export function dispatchInPieces(
  dispatcher: Dispatcher,
  options: Dispatcher.DispatchOptions,
  signal: AbortSignal | undefined,
): Promise<AnswerInPieces> {
  const { promise, resolve, reject } = Promise.withResolvers<AnswerInPieces>()
  let body: Pieces | undefined
  let request: Dispatcher.DispatchController | undefined
  const abort = () => request?.abort(signal?.reason)
  const done = () => signal?.removeEventListener('abort', abort)
  signal?.addEventListener('abort', abort, { once: true })
  dispatcher.dispatch(options, {
    onRequestStart(controller) {
      request = controller
      if (signal?.aborted) abort()
    },
    onResponseStart(controller, statusCode, headers) {
      // What comes before the answer, such as 103.
      if (statusCode < 200) return
      body = new Pieces(controller)
      resolve({ statusCode, headers, body })
    },
    onResponseData(_, chunk) {
      body?.push(chunk)
    },
    onResponseEnd() {
      done()
      body?.end()
    },
    onResponseError(_, error) {
      done()
      reject(error)
      body?.fail(error)
    },
  })
  return promise
}

/** The pieces of one body, for one reader. */
export class Pieces implements AsyncIterator<Buffer, undefined> {
  readonly #controller: Dispatcher.DispatchController
  #queue: Buffer[] = []
  #queued = 0
  #reader: PromiseWithResolvers<IteratorResult<Buffer, undefined>> | undefined
  #ended = false
  #error: unknown

  constructor(controller: Dispatcher.DispatchController) {
    this.#controller = controller
  }

  push(chunk: Buffer): void {
    const reader = this.#reader
    if (reader !== undefined) {
      this.#reader = undefined
      reader.resolve({ done: false, value: chunk })
      return
    }
    this.#queue.push(chunk)
    this.#queued += chunk.length
    if (this.#queued >= AHEAD) this.#controller.pause()
  }

  end(): void {
    this.#ended = true
    this.#reader?.resolve(END)
    this.#reader = undefined
  }

  /** What arrived before is read before the error. */
  fail(error: unknown): void {
    this.#error = error
    this.#reader?.reject(error)
    this.#reader = undefined
  }

  /** Not to be called again before it has answered. */
  next(): Promise<IteratorResult<Buffer, undefined>> {
    const value = this.#queue.shift()
    if (value !== undefined) {
      this.#queued -= value.length
      if (this.#queued < AHEAD && this.#controller.paused) this.#controller.resume()
      return Promise.resolve({ done: false, value })
    }
    if (this.#ended) return Promise.resolve(END)
    if (this.#error !== undefined) return Promise.reject(this.#error)
    this.#reader = Promise.withResolvers()
    return this.#reader.promise
  }

  /** Nobody wants the rest; the connection is closed unless all has arrived. */
  destroy(error: Error = new Error('nobody reads the answer any more')): void {
    this.#queue = []
    this.#queued = 0
    if (!this.#ended && this.#error === undefined) this.#controller.abort(error)
  }

  [Symbol.asyncIterator](): AsyncIterator<Buffer, undefined> {
    return this
  }
}

const END: IteratorResult<Buffer, undefined> = { done: true, value: undefined }

/**
 * The body for whoever asked. Its place under flow control is given back, with how many bytes came, at its end, when it breaks off,
 * and when it is destroyed.
 */
export function bodyOf(
  pieces: Pieces,
  released: (bytes: number) => void,
  broken: (error: unknown) => unknown,
): ApiResponse['body'] {
  let bytes = 0
  const destroy = (error?: Error) => {
    pieces.destroy(error)
    released(bytes)
  }
  const reader: AsyncIterator<Buffer, undefined> = {
    async next() {
      try {
        const result = await pieces.next()
        if (result.done) released(bytes)
        else bytes += result.value.length
        return result
      } catch (error) {
        released(bytes)
        throw broken(error)
      }
    },
    async return() {
      destroy()
      return END
    },
  }
  return { destroy, [Symbol.asyncIterator]: () => reader }
}
