import type { IncomingHttpHeaders } from 'node:http'
import { authorisePath, authoriseTarget, identify, type User } from './access.ts'
import { create } from './create.ts'
import { decodeBody, isDryRun } from './decode.ts'
import * as documents from './discovery.ts'
import { type JsonObject, printJson } from './json.ts'
import { listPage, printPage } from './lists.ts'
import type { Objects, Write } from './objects.ts'
import { objectBytes, printObject } from './render.ts'
import { methodNotAllowed, notFound, StatusError } from './status.ts'
import { parseTarget, type Target } from './target.ts'
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

function act(objects: Objects, target: Target, request: Request): Answer {
  const { kind, verb, namespace, name } = target
  if (verb === 'list') {
    const page = listPage(objects.store, kind, { namespace, query: request.query })
    return { status: 200, headers: { 'content-type': 'application/json' }, body: printPage(kind, page) }
  }
  if (verb === 'get') {
    const found = objects.store.get(kind.storage, kind.namespaced ? `${namespace}/${name}` : name)
    if (found === undefined) throw notFound(kind, name)
    return {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: [objectBytes(kind, found), Buffer.from(NEWLINE)],
    }
  }
  if (verb === 'create') {
    const object = decodeBody(kind, request.body, { namespace, name: '' })
    return object1(201, kind, create(objects, kind, object, writeOf(request, 'CreateOptions')))
  }
  throw methodNotAllowed()
}

const object1 = (status: number, kind: Target['kind'], object: JsonObject): Answer =>
  json(status, printObject(kind, object))

/** The field manager is the one named in the request, else the first part of the client's user agent. */
function writeOf({ query, headers }: Request, options: string): Write {
  const agent = String(headers['user-agent'] ?? 'unknown').split('/')[0] ?? ''
  return { manager: query.get('fieldManager') || agent, dryRun: isDryRun(query, options) }
}
