import type { Kind } from './kinds.ts'
import type { Registry } from './registry.ts'
import { methodNotAllowed, noSuchResource } from './status.ts'

/** What a request wants, in Kubernetes' own words. */
export interface Target {
  kind: Kind
  verb: string
  /** '' in cluster-scoped kinds and for lists of the whole cluster. */
  namespace: string
  /** '' where the request is about the collection. */
  name: string
  subresource: string
}

const VERBS: Readonly<Record<string, readonly [onObject: string, onCollection: string]>> = {
  GET: ['get', 'list'],
  POST: ['create', 'create'],
  PUT: ['update', 'update'],
  PATCH: ['patch', 'patch'],
  DELETE: ['delete', 'deletecollection'],
}
/** Verbs that need a collection of one namespace, and those that need an object. */
const ON_OBJECT = new Set(['get', 'update', 'patch', 'delete'])

/** Reads what follows /api/VERSION or /apis/GROUP/VERSION. Throws 404 and 405 as the server does. */
export function parseTarget(
  registry: Registry,
  of: { group: string; version: string },
  method: string,
  segments: readonly string[],
): Target {
  const { namespace, rest } = split(segments)
  const [resource = '', name = '', subresource = '', ...beyond] = rest
  const kind = registry.find(of.group, of.version, resource)
  const cluster = namespace === ''
  if (kind === undefined || beyond.length > 0 || (!cluster && !kind.namespaced)) throw noSuchResource()
  if (cluster && kind.namespaced && name !== '') throw noSuchResource()
  const sub = kind.subresources.find(({ name }) => name === subresource)
  if (subresource !== '' && sub === undefined) throw noSuchResource()
  const verb = VERBS[method]?.[name === '' ? 1 : 0] ?? ''
  const wrongPlace = name === '' ? ON_OBJECT.has(verb) : verb === 'create' && subresource === ''
  const nowhere = verb === 'create' && kind.namespaced && cluster
  if (wrongPlace || nowhere || !(sub ?? kind).verbs.includes(verb)) throw methodNotAllowed()
  return { kind, verb, namespace, name, subresource }
}

function split(segments: readonly string[]): { namespace: string; rest: readonly string[] } {
  const [first, namespace, resource] = segments
  // /namespaces/NAME, its status and its finalizers are about the namespace itself.
  const inside = first === 'namespaces' && resource !== undefined && resource !== 'status' && resource !== 'finalize'
  return inside ? { namespace: namespace ?? '', rest: segments.slice(2) } : { namespace: '', rest: segments }
}
