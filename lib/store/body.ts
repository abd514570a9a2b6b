import { type Readable, Transform } from 'node:stream'
import { messageOf } from '../velero/errors.ts'
import { StoreError } from './types.ts'

/** For how long a reader waits for the next bytes: servers stall, and a job has a deadline. */
const stallMs = 60_000

/**
 * Passes a body on and checks its length: where it fails, ends early or stalls, the reader gets a StoreError with the
 * code `ConnectionBroken`, never a short body. Destroying the result destroys the source.
 */
export function checkedBody(source: Readable, length: number, key: string, patienceMs = stallMs): Readable {
  let seen = 0
  const broken = (cause?: unknown) =>
    new StoreError(
      `reading ${JSON.stringify(key)} broke off after ${seen} of ${length} bytes${cause === undefined ? '' : `: ${messageOf(cause)}`}`,
      { code: 'ConnectionBroken', next: 'Read it again from there.', cause },
    )
  const body = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length
      stall.refresh()
      done(null, chunk)
    },
    flush: done => done(seen === length ? null : broken()),
    destroy(error, done) {
      clearTimeout(stall)
      source.destroy()
      done(error)
    },
  })
  const stall = setTimeout(() => {
    // A reader that is slow itself is no stall.
    if (body.readableLength > 0 || body.writableNeedDrain) stall.refresh()
    else body.destroy(broken(new Error(`nothing came for ${patienceMs} ms`)))
  }, patienceMs).unref()
  source.on('error', error => body.destroy(broken(error)))
  source.on('close', () => {
    if (!source.readableEnded) body.destroy(broken())
  })
  return source.pipe(body)
}
