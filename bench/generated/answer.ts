import { type JsonObject, parseJson, printJson } from '../../playground/cluster/json.ts'
import type { Kind } from '../../playground/cluster/kinds.ts'
import { printPage } from '../../playground/cluster/lists.ts'
import { requireNamespace } from '../../playground/cluster/namespaces.ts'
import { keyOf, type Objects } from '../../playground/cluster/objects.ts'
import { objectBytes, printObject } from '../../playground/cluster/render.ts'
import type { Answer, Request } from '../../playground/cluster/routes.ts'
import { alreadyExists } from '../../playground/cluster/status.ts'
import { parseTarget, type Target } from '../../playground/cluster/target.ts'
import { uidOf } from '../shape/kinds.ts'
import type { Collection, Created } from './objects.ts'

/** What was asked of the cluster since its start. */
export interface Counts {
  /** Of list answers about generated kinds. */
  listedItems: number
  listedBytes: number
  created: number
  patched: number
  /** Milliseconds of the clock; of a list of any kind. */
  firstListMs?: number
}

export interface Generated {
  /** Where everything lies that is not generated: namespaces, definitions, what controllers make. */
  objects: Objects
  /** By storage. */
  collections: ReadonlyMap<string, Collection>
  created: Created
  counts: Counts
}

const HEADERS = { 'content-type': 'application/json' }

/**
 * Answers what is about objects of a generated kind: lists in pages, single ones, creates and patches of which the name is
 * kept only. `undefined` for anything else, and for what the embedded cluster has stored itself.
 */
export function answerGenerated(generated: Generated, request: Request): Answer | undefined {
  const target = targetOf(generated, request)
  if (target === undefined || target.subresource !== '') return undefined
  const { kind, verb, namespace, name } = target
  const { objects, collections, created } = generated
  const collection = collections.get(kind.storage) as Collection
  if (verb === 'list') return collection.count > 0 ? list(generated, collection, target, request.query) : undefined
  if (verb === 'create') return create(generated, target, request.body)
  if (objects.store.get(kind.storage, keyOf(kind, namespace, name)) !== undefined) return undefined
  const found = collection.find(namespace, name)
  if (found === undefined && !created.has(kind, namespace, name)) return undefined
  if (verb === 'get' && found !== undefined)
    return { status: 200, headers: HEADERS, body: [objectBytes(kind, found), Buffer.from('\n')] }
  if (verb === 'get') return stored(kind, 200, { metadata: { name, namespace } }, target)
  if (verb !== 'patch') return undefined
  generated.counts.patched++
  return stored(kind, 200, parseJson(request.body) as JsonObject, target)
}

function targetOf({ objects, collections }: Generated, { path, method }: Request): Target | undefined {
  const [root, ...rest] = path.split('/').filter(Boolean).map(decodeURIComponent)
  if (root !== 'api' && root !== 'apis') return undefined
  const [group = '', version = '', ...below] = root === 'api' ? ['', ...rest] : rest
  const resource = below[0] === 'namespaces' ? (below[2] ?? '') : (below[0] ?? '')
  const kind = objects.registry.find(group, version, resource)
  if (kind === undefined || !collections.has(kind.storage)) return undefined
  return parseTarget(objects.registry, { group, version }, method, below)
}

/** A continue token is the place of the next object. */
function list(generated: Generated, collection: Collection, target: Target, query: URLSearchParams): Answer {
  const [first, end] = collection.range(target.namespace)
  const from = Number(query.get('continue') || first)
  const to = Math.min(end, from + (Number(query.get('limit')) || end))
  const entries = Array.from({ length: to - from }, (_, i) => collection.entry(from + i))
  const revision = generated.objects.store.revision
  const page = { revision, entries, continue: to < end ? String(to) : '', remaining: end - to }
  const body = [...printPage(target.kind, page)]
  generated.counts.listedItems += entries.length
  generated.counts.listedBytes += body.reduce((sum, { length }) => sum + length, 0)
  return { status: 200, headers: HEADERS, body }
}

function create({ objects, created, counts }: Generated, target: Target, body: string): Answer | undefined {
  const { kind, namespace } = target
  const object = parseJson(body) as JsonObject
  const { name } = object.metadata as { name?: string }
  if (name === undefined || objects.store.get(kind.storage, keyOf(kind, namespace, name)) !== undefined)
    return undefined
  requireNamespace(objects, kind, namespace, name)
  if (!created.add(kind, namespace, name)) throw alreadyExists(kind, name, '')
  counts.created++
  return stored(kind, 201, object, target)
}

/** An object with what the server gives it. */
function stored(kind: Kind, status: number, object: JsonObject, { namespace }: Target): Answer {
  const metadata: JsonObject = {
    ...(object.metadata as JsonObject),
    namespace,
    uid: uidOf(0),
    resourceVersion: '1',
    creationTimestamp: new Date().toISOString().replace(/\.\d+/, ''),
  }
  return { status, headers: HEADERS, body: [Buffer.from(`${printObject(kind, { ...object, metadata })}\n`)] }
}

export function noteList({ counts }: Generated, { method, query, path }: Request): void {
  if (method === 'GET' && query.has('limit') && path.startsWith('/api')) counts.firstListMs ??= Date.now()
}

export const printCounts = ({ counts }: Generated): Answer => ({
  status: 200,
  headers: HEADERS,
  body: [Buffer.from(printJson({ ...counts }))],
})
