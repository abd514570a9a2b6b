import { timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { forbidden, StatusError, unauthorized } from './status.ts'
import type { Target } from './target.ts'

/** Whether a user may do this. `resource` is as in rules, with its group: `deployments.apps`, `pods/status`. */
export type Authorise = (verb: string, resource: string, namespace: string) => boolean

export interface User {
  name: string
  token: string
  authorise: Authorise
}

const ANONYMOUS = { name: 'system:anonymous', authorise: () => false }
/** Paths that anyone may read. */
const PUBLIC = new Set(['/version', '/readyz', '/healthz', '/livez'])

/** Who sends this request. Throws 401 for a token that nobody has; without one the sender is nobody in particular. */
export function identify(users: readonly User[], headers: IncomingHttpHeaders): Omit<User, 'token'> {
  const [, token] = /^Bearer (.+)$/i.exec(headers.authorization ?? '') ?? []
  if (!headers.authorization) return ANONYMOUS
  const user = users.find(({ token: known }) => token !== undefined && same(known, token))
  if (user === undefined) throw unauthorized()
  return user
}

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}

/** Throws 403 where the user may not do this to a resource. */
export function authoriseTarget(user: Omit<User, 'token'>, target: Target): void {
  const { kind, verb, namespace, name, subresource } = target
  const resource = subresource === '' ? kind.resource : `${kind.resource}/${subresource}`
  const qualified = kind.group === '' ? kind.resource : `${kind.resource}.${kind.group}`
  // As the API server has it: a namespace is in itself, so that a Role in it may let it be read.
  const place = qualified === 'namespaces' && name !== undefined ? name : namespace
  if (user.authorise(verb, subresource === '' ? qualified : `${qualified}/${subresource}`, place)) return
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace "${namespace}"`
  const why = `User "${user.name}" cannot ${verb} resource "${resource}" in API group "${kind.group}" ${where}`
  throw forbidden(kind, name, why)
}

/** Throws 403 for paths without a resource, which any known user may read. */
export function authorisePath(user: Omit<User, 'token'>, path: string): void {
  if (PUBLIC.has(path) || user.name !== ANONYMOUS.name) return
  const message = `forbidden: User "${user.name}" cannot get path "${path}"`
  throw new StatusError(403, { message, reason: 'Forbidden', details: {} })
}
