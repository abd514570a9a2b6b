import { type JsonObject, objects } from './json.ts'
import type { Kind } from './kinds.ts'
import type { Objects } from './objects.ts'
import { forbidden, type Named, notFound } from './status.ts'

const NAMESPACES: Named = { group: '', resource: 'namespaces', kind: 'Namespace' }

/** Namespaces that are there from the start and can't be deleted. */
export const SYSTEM_NAMESPACES = ['default', 'kube-node-lease', 'kube-public', 'kube-system']
const PROTECTED = new Set(['default', 'kube-public', 'kube-system'])

/** Throws the server's 404 or 403 where nothing can be created in this namespace. */
export function requireNamespace(objects: Objects, kind: Kind, namespace: string, name: string): void {
  const found = objects.find(objects.kind('', 'v1', 'namespaces'), '', namespace)
  if (found === undefined) throw notFound(NAMESPACES, namespace)
  if (found.metadata.deletionTimestamp === undefined) return
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`
  throw forbidden(kind, name, why, [
    {
      reason: 'NamespaceTerminating',
      message: `namespace ${namespace} is being terminated`,
      field: 'metadata.namespace',
    },
  ])
}

/** A namespace holds itself until it is empty. */
export function admitNamespace(namespace: JsonObject): void {
  namespace.spec = { finalizers: ['kubernetes'] }
  namespace.status = { phase: 'Active' }
}

export function refuseProtected(name: string): void {
  if (PROTECTED.has(name)) throw forbidden(NAMESPACES, name, 'this namespace may not be deleted')
}

/** Names of what is left in a namespace, by kind. */
export function contentOf(all: Objects, namespace: string): { kind: Kind; count: number }[] {
  const seen = new Set<string>()
  return all.registry.kinds().flatMap(kind => {
    if (!kind.namespaced || seen.has(kind.storage) || !kind.verbs.includes('list')) return []
    seen.add(kind.storage)
    const count = all.store.snapshot(kind.storage).filter(entry => entry.namespace === namespace).length
    return count === 0 ? [] : [{ kind, count }]
  })
}

export const conditionsOf = (object: JsonObject): JsonObject[] =>
  objects((object.status as JsonObject | undefined)?.conditions)
