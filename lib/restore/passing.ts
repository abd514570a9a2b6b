import type { ApiError } from '../cluster/types.ts'

/** Failures that may be over when other objects are there, or a little later, and why. */
const PASSING: readonly { status: (status: number) => boolean; message?: RegExp; reason: string }[] = [
  { status: status => status === 429, reason: 'the API server asks for patience' },
  { status: status => status >= 500, reason: 'the API server, or a webhook that it calls, is not up to it yet' },
  {
    status: status => status === 404,
    message: /requested resource|namespaces ".*" not found/,
    reason: 'not served yet',
  },
  { status: status => status === 403, message: /exceeded quota|is being terminated/, reason: 'no room yet' },
  {
    status: status => status === 403,
    message: /error looking up service account|no PriorityClass with name|no API token found|not yet ready to handle/,
    reason: 'what admission asks for is not there yet',
  },
  { status: status => status === 409, message: /object is being deleted/, reason: 'its predecessor is on its way out' },
  { status: status => status === 422, message: /failed calling webhook/, reason: 'a webhook is not up yet' },
]

/** What the API server answers 500 to, and always will. */
const FOR_GOOD = /request is too large/

/** Whether trying again later may help. */
export function isPassing(error: ApiError): boolean {
  if (FOR_GOOD.test(error.message)) return false
  return PASSING.some(({ status, message }) => status(error.status) && (message?.test(error.message) ?? true))
}

/** Whether RBAC keeps the user from creating objects of a kind at all, so that others need not be tried. */
export function isForbidden(error: ApiError): boolean {
  return error.status === 403 && /cannot create resource/.test(error.message)
}
