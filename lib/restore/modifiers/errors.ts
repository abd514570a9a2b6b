import { LateenError } from '../../velero/errors.ts'

/** A patch can't be carried out; the message is Velero's. None leaves this folder: each becomes a text of its item. */
export class PatchError extends LateenError {}

/** A `test` of a JSON patch that found something else: the patch does not apply, which is no failure. */
export class TestFailedError extends PatchError {}

/** Puts a text before the messages of PatchErrors. */
export function within<T>(prefix: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof PatchError) || error instanceof TestFailedError) throw error
    throw new PatchError(prefix + error.message, { cause: error })
  }
}
