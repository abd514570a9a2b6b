/**
 * The base of every error that Lateen raises on purpose. `message` says what is wrong in one sentence and names the
 * field, flag, object or key concerned; `next` says what its reader can do about it. Anything that is not a
 * LateenError is a bug and is shown with its stack.
 */
export class LateenError extends Error {
  /** What to do next, one imperative sentence; absent where the message already says it. */
  declare readonly next?: string

  constructor(message: string, options: { next?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = new.target.name
    if (options.next !== undefined) this.next = options.next
  }
}

/** Something that a person or a message gave us can't be used: a flag, a field, a file, an address. Nothing was changed. */
export class InvalidInputError extends LateenError {}

/** Reads the message of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
