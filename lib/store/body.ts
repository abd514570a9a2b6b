import { type Readable, Transform } from 'node:stream'
import { messageOf } from '../velero/errors.ts'
import { StoreError } from './types.ts'

/**
 * Passes a body on and checks its length: where it fails or ends early, the reader gets a StoreError with the code
 * `ConnectionBroken`, never a short body. Destroying the result destroys the source.
 */
export function checkedBody(source: Readable, length: number, key: string): Readable {
  let seen = 0
  const broken = (cause?: unknown) =>
    new StoreError(
      `reading ${JSON.stringify(key)} broke off after ${seen} of ${length} bytes${cause === undefined ? '' : `: ${messageOf(cause)}`}`,
      { code: 'ConnectionBroken', next: 'Read it again from there.', cause },
    )
  const body = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length
      done(null, chunk)
    },
    flush: done => done(seen === length ? null : broken()),
    destroy(error, done) {
      source.destroy()
      done(error)
    },
  })
  source.on('error', error => body.destroy(broken(error)))
  source.on('close', () => {
    if (!source.readableEnded) body.destroy(broken())
  })
  return source.pipe(body)
}
