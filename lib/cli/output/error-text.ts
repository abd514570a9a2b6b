import { LateenError } from '../../velero/errors.ts'

/** What stderr says of an error: what is wrong, then what to do; of a bug, where it is. */
export function errorText(error: unknown): string {
  if (error instanceof LateenError) return occurred(error.message, error.next)
  if (isSystemError(error)) return occurred(error.message)
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return occurred(stack, 'This is a defect of lateen. Please report it with the lines above.')
}

export function occurred(message: string, next?: string): string {
  return `An error occurred: ${message}\n${next === undefined ? '' : `${next}\n`}`
}

/** What the system refuses, such as a full disk, is no defect. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).syscall === 'string'
}
