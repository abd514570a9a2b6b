import { setTimeout as sleep } from 'node:timers/promises'
import type { Condition } from '../types.ts'
import { factsOf } from './errors.ts'

export function conditionFor({ ifMatch, ifNoneMatch }: Condition): { IfMatch?: string; IfNoneMatch?: string } {
  return { ...(ifMatch !== undefined && { IfMatch: ifMatch }), ...(ifNoneMatch && { IfNoneMatch: ifNoneMatch }) }
}

/** S3 answers 409 while another conditional write of the key is under way; it asks to try again. */
const conflictTries = 6
const firstPauseMs = 50

/** Answers of a write that may mean that an earlier try of the same write had succeeded. */
const mayBeOwn = new Set(['PreconditionFailed', 'NoSuchUpload', 'NoSuchKey', 'UnknownError'])

/**
 * Writes under a condition. `write` answers the etag. Where it fails after more than one try, `settle` looks whether
 * the object is the one that was written. After a single try it is not asked: then another writer has written the same.
 */
export async function settledWrite(
  condition: Condition,
  write: () => Promise<string>,
  settle: () => Promise<string | undefined>,
): Promise<{ etag: string }> {
  let lostAnswers = false
  for (let tries = 1; ; tries++) {
    try {
      return { etag: await write() }
    } catch (error) {
      const { code, status, attempts } = factsOf(error)
      lostAnswers ||= attempts > 1
      if (lostAnswers && mayBeOwn.has(code)) {
        const etag = await settle()
        if (etag !== undefined) return { etag }
      }
      // S3's answer to If-Match where the object is gone.
      if (condition.ifMatch !== undefined && code === 'NoSuchKey')
        throw Object.assign(new Error('the object is gone', { cause: error }), { code: 'PreconditionFailed' })
      if (status !== 409 || code !== 'ConditionalRequestConflict' || tries === conflictTries) throw error
      await sleep(firstPauseMs * 2 ** (tries - 1))
    }
  }
}
