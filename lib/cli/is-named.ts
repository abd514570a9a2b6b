import { LateenError } from '../velero/errors.ts'

/** Whether something thrown is of a class that is not this layer's to import. The bundle keeps names for it. */
export function isNamed(error: unknown, name: string): boolean {
  return error instanceof LateenError && error.name === name
}
