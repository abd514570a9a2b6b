import { LateenError } from '../../velero/errors.ts'

/** Somebody could not be notified. The message holds no URL of a webhook. */
export class NotDeliveredError extends LateenError {
  /** Whether another try in a moment may do. */
  readonly passing: boolean
  constructor(message: string, { passing, ...options }: { passing: boolean; next?: string; cause?: unknown }) {
    super(message, options)
    this.passing = passing
  }
}

/** Whether an answer may be another one in a moment. */
export const isPassing = (status: number) => status === 408 || status === 429 || status >= 500
