import type { IncomingHttpHeaders } from 'node:http'
import { authorisePath, authoriseTarget, identify, type User } from './access.ts'
import * as documents from './discovery.ts'
import { printJson } from './json.ts'
import type { Kind } from './kinds.ts'
import { listPage, printPage } from './lists.ts'
import { keyOf, type Objects } from './objects.ts'
import { objectBytes, printObject } from './render.ts'
import { reviewSelf } from './reviews.ts'
import { methodNotAllowed, notFound, StatusError } from './status.ts'
import { parseTarget, type Target } from './target.ts'
import { del, deleteCollection, type Outcome, patch, post, put } from './verbs.ts'
import { VERSION } from './version.ts'

export interface Request {
  method: string
  path: string
  query: URLSearchParams
  headers: IncomingHttpHeaders
  body: string
}

export interface Answer {
  status: number
  headers: Record<string, string>
  body: Iterable<Buffer>
}

export interface Api {
  objects: Objects
  users: readonly User[]
  /** `127.0.0.1:12345` */
  address: () => string
}

const NEWLINE = '\n'

const json = (status: number, body: string, type = 'application/json'): Answer => ({
  status,
  headers: { 'content-type': type },
  body: [Buffer.from(body + NEWLINE)],
})

const plain = (status: number, body: string): Answer => json(status, body, 'text/plain; charset=utf-8')

/** Answers with the Status of whatever is thrown. */
export function answerError(answer: () => Answer): Answer {
  try {
    return answer()
  } catch (error) {
    if (error instanceof StatusError) {
      const status = json(error.code, printJson(error.body))
      return { ...status, headers: { ...status.headers, ...error.headers } }
    }
    const message = `Internal error occurred: ${error instanceof Error ? error.stack : String(error)}`
    return json(500, printJson(new StatusError(500, { message, reason: 'InternalError' }).body))
  }
}

export function answer(api: Api, request: Request): Answer {
  const user = identify(api.users, request.headers)
  const segments = request.path.split('/').filter(Boolean).map(decodeURIComponent)
  const [root = '', ...rest] = segments
  if (root !== 'api' && root !== 'apis') {
    authorisePath(user, request.path)
    return simple(request.path)
  }
  const [group = '', version = '', ...below] = root === 'api' ? ['', ...rest] : rest
  if (below.length === 0) {
    authorisePath(user, request.path)
    return discover(api, request, root === 'api', group, version)
  }
  const { registry } = api.objects
  if (registry.isDead(group, version)) return plain(503, 'service unavailable')
  if (!registry.isServed(group, version)) return plain(404, '404 page not found')
  const target = parseTarget(registry, { group, version }, request.method, below)
  const review = target.verb === 'create' ? reviewSelf(target.kind, user, registry, request.body) : undefined
  if (review !== undefined) return json(201, printJson(review))
  authoriseTarget(user, target)
  return act(api.objects, target, request)
}

function simple(path: string): Answer {
  if (path === '/version') return json(200, JSON.stringify(VERSION))
  if (path === '/readyz' || path === '/livez' || path === '/healthz')
    return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: [Buffer.from('ok')] }
  return plain(404, '404 page not found')
}

function discover({ objects, address }: Api, request: Request, core: boolean, group: string, version: string): Answer {
  const versions = objects.registry.versions().filter(served => (core ? served.group === '' : served.group !== ''))
  if (group === '' && version === '') {
    if (documents.wantsAggregated(String(request.headers.accept ?? '')))
      return json(200, printJson(documents.aggregated(versions)), documents.AGGREGATED)
    return json(200, printJson(core ? documents.coreVersions(address()) : documents.groupList(versions)))
  }
  const ofGroup = versions.filter(served => served.group === group)
  if (version === '' && ofGroup.length > 0) return json(200, printJson(documents.group(group, ofGroup)))
  const found = ofGroup.find(served => served.version === version)
  if (found === undefined) return plain(404, '404 page not found')
  if (found.stale) return plain(503, 'service unavailable')
  return json(200, printJson(documents.resourceList(found, found.kinds)))
}

const JSON_TYPE = { 'content-type': 'application/json' }

function act(objects: Objects, target: Target, request: Request): Answer {
  const { kind, verb, namespace, name, subresource } = target
  if (subresource !== '' && subresource !== 'status') throw methodNotAllowed()
  if (verb === 'list') return listAnswer(kind, listPage(objects.store, kind, { namespace, query: request.query }))
  if (verb === 'deletecollection') return listAnswer(kind, deleteCollection(objects, target, request))
  if (verb === 'get') {
    const found = objects.store.get(kind.storage, keyOf(kind, namespace, name))
    if (found === undefined) throw notFound(kind, name)
    return { status: 200, headers: JSON_TYPE, body: [objectBytes(kind, found), Buffer.from(NEWLINE)] }
  }
  const write = WRITES[verb]
  if (write === undefined) throw methodNotAllowed()
  const { status, object } = write(objects, target, request)
  return json(status, object.kind === 'Status' ? printJson(object) : printObject(kind, object))
}

const listAnswer = (kind: Kind, page: ReturnType<typeof listPage>): Answer => ({
  status: 200,
  headers: JSON_TYPE,
  body: printPage(kind, page),
})

const WRITES: Readonly<Record<string, (objects: Objects, target: Target, request: Request) => Outcome>> = {
  create: post,
  update: put,
  patch,
  delete: del,
}
