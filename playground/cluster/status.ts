import type { JsonObject } from './json.ts'

export interface Cause extends JsonObject {
  reason: string
  message: string
  field: string
}

/** An answer other than success: thrown anywhere, answered by the server as a Kubernetes Status. */
export class StatusError extends Error {
  readonly code: number
  readonly body: JsonObject
  readonly headers: Record<string, string>

  constructor(code: number, fields: JsonObject, headers: Record<string, string> = {}) {
    super(String(fields.message))
    this.code = code
    this.headers = headers
    this.body = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', ...fields, code }
  }
}

/** What an error says about the resource concerned. */
export interface Named {
  group: string
  resource: string
  kind: string
}

const qualified = (of: Named) => (of.group === '' ? of.resource : `${of.resource}.${of.group}`)

function details(of: Named, name: string, kind = of.resource): JsonObject {
  return { ...(name && { name }), ...(of.group && { group: of.group }), kind }
}

export const badRequest = (message: string) => new StatusError(400, { message, reason: 'BadRequest' })

export const unauthorized = () => new StatusError(401, { message: 'Unauthorized', reason: 'Unauthorized' })

export function forbidden(of: Named, name: string, why: string, causes?: Cause[]): StatusError {
  const message = `${qualified(of)}${name && ` ${JSON.stringify(name)}`} is forbidden: ${why}`
  return new StatusError(403, {
    message,
    reason: 'Forbidden',
    details: { ...details(of, name), ...(causes && { causes }) },
  })
}

export function notFound(of: Named, name: string): StatusError {
  const message = `${qualified(of)} ${JSON.stringify(name)} not found`
  return new StatusError(404, { message, reason: 'NotFound', details: details(of, name) })
}

/** A path below a served group-version that leads nowhere. */
export const noSuchResource = () =>
  new StatusError(404, {
    message: 'the server could not find the requested resource',
    reason: 'NotFound',
    details: {},
  })

export const methodNotAllowed = () =>
  new StatusError(405, {
    message: 'the server does not allow this method on the requested resource',
    reason: 'MethodNotAllowed',
    details: {},
  })

export function alreadyExists(of: Named, name: string, why = ''): StatusError {
  const message = `${why}${qualified(of)} ${JSON.stringify(name)} already exists`
  return new StatusError(409, { message, reason: 'AlreadyExists', details: details(of, name) })
}

export function conflict(of: Named, name: string, why: string, kind = qualified(of)): StatusError {
  const message = `Operation cannot be fulfilled on ${kind} ${JSON.stringify(name)}: ${why}`
  return new StatusError(409, {
    message,
    reason: 'Conflict',
    details: details(of, name, kind === of.kind ? kind : of.resource),
  })
}

export const modified = (of: Named, name: string) =>
  conflict(of, name, 'the object has been modified; please apply your changes to the latest version and try again')

/** 422. Built-in kinds are named by their kind, in the server's own errors and so here. */
export function invalid(of: Named, name: string, causes: Cause[]): StatusError {
  const told = [...new Set(causes.map(cause => `${cause.field}: ${cause.message}`))]
  const kind = of.group === '' ? of.kind : `${of.kind}.${of.group}`
  const message = `${kind} ${JSON.stringify(name)} is invalid: ${told.length === 1 ? told[0] : `[${told.join(', ')}]`}`
  return new StatusError(422, { message, reason: 'Invalid', details: { ...details(of, name, of.kind), causes } })
}

export const required = (field: string, hint = ''): Cause => ({
  reason: 'FieldValueRequired',
  message: `Required value${hint && `: ${hint}`}`,
  field,
})

export const invalidValue = (field: string, value: unknown, why: string): Cause => ({
  reason: 'FieldValueInvalid',
  message: `Invalid value: ${JSON.stringify(value)}: ${why}`,
  field,
})

export const forbiddenValue = (field: string, why: string): Cause => ({
  reason: 'FieldValueForbidden',
  message: `Forbidden: ${why}`,
  field,
})

export const expired = (message: string, token?: string) =>
  new StatusError(410, { metadata: token === undefined ? {} : { continue: token }, message, reason: 'Expired' })
