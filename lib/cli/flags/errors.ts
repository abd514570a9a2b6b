import { InvalidInputError } from '../../velero/errors.ts'

/** A flag, argument or command is used wrongly; the command's usage is shown with it, as Velero does. */
export class UsageError extends InvalidInputError {
  /** Shown in place of the command's usage. */
  readonly usage?: string

  constructor(message: string, options: { next?: string; cause?: unknown; usage?: string } = {}) {
    super(message, options)
    if (options.usage !== undefined) this.usage = options.usage
  }
}
