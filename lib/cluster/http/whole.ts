import type { Dispatcher } from 'undici'
import { joined } from './body.ts'

export interface AnswerHead {
  statusCode: number
  headers: Record<string, string | string[] | undefined>
}

/** An answer that has arrived to its end. */
export interface WholeAnswer extends AnswerHead {
  body: Buffer
}

/** Sends a request and reads its answer whole: for small ones, of which there are many, and a stream for each would cost. */
export function dispatchWhole(dispatcher: Dispatcher, options: Dispatcher.DispatchOptions): Promise<WholeAnswer> {
  return new Promise((resolve, reject) => {
    const answer: WholeAnswer = { statusCode: 0, headers: {}, body: Buffer.alloc(0) }
    const chunks: Buffer[] = []
    dispatcher.dispatch(options, {
      onRequestStart() {},
      onResponseStart(_, statusCode, headers) {
        answer.statusCode = statusCode
        answer.headers = headers
      },
      onResponseData(_, chunk) {
        chunks.push(chunk)
      },
      onResponseEnd() {
        answer.body = joined(chunks)
        resolve(answer)
      },
      onResponseError(_, error) {
        reject(error)
      },
    })
  })
}
