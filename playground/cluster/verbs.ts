import { create } from './create.ts'
import { decodeBody, isDryRun } from './decode.ts'
import { type DeleteOptions, deleteOptions, remove } from './delete.ts'
import type { Json, JsonObject } from './json.ts'
import { isObject, parseJson, text } from './json.ts'
import { listPage } from './lists.ts'
import { storeManagers } from './managed-fields.ts'
import type { Live, Objects, Write } from './objects.ts'
import { apply, recordApplied, requireManager } from './patch/apply.ts'
import { jsonPatch, PatchFailure } from './patch/json-patch.ts'
import { mergePatch } from './patch/merge.ts'
import { strategicPatch } from './patch/strategic.ts'
import type { Request } from './routes.ts'
import { badRequest, notFound, StatusError } from './status.ts'
import type { Target } from './target.ts'
import { checkReplace, type Update, update } from './update.ts'

export interface Outcome {
  status: number
  object: JsonObject
}

export function post(objects: Objects, { kind, namespace }: Target, request: Request): Outcome {
  const object = decodeBody(kind, request.body, { namespace, name: '' })
  return { status: 201, object: create(objects, kind, object, writeOf(request, 'CreateOptions')) }
}

export function put(objects: Objects, target: Target, request: Request): Outcome {
  const { kind, namespace, name, subresource } = target
  const object = decodeBody(kind, request.body, { namespace, name })
  const live = existing(objects, target)
  checkReplace(live, object.metadata as JsonObject)
  return { status: 200, object: update(objects, live, object, { ...writeOf(request, 'UpdateOptions'), subresource }) }
}

export function patch(objects: Objects, target: Target, request: Request): Outcome {
  const { subresource } = target
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim() ?? ''
  const by: Update = { ...writeOf(request, 'PatchOptions'), subresource }
  if (type === 'application/apply-patch+yaml') return applyPatch(objects, target, request, by)
  const patched = PATCHES[type]
  if (patched === undefined || (type === STRATEGIC && target.kind.custom !== undefined)) throw unsupported()
  const body = parse(request.body)
  const live = existing(objects, target)
  const object = patched(live, body)
  if (!isObject(object) || !isObject(object.metadata)) throw badRequest('a patch must leave an object with metadata')
  checkIdentity(target, object.metadata)
  return { status: 200, object: update(objects, live, object, by) }
}

const STRATEGIC = 'application/strategic-merge-patch+json'

const PATCHES: Readonly<Record<string, (live: Live, patch: Json) => Json>> = {
  'application/merge-patch+json': ({ object }, patch) => mergePatch(object, patch),
  'application/json-patch+json': ({ object }, patch) => {
    try {
      return jsonPatch(object, patch)
    } catch (error) {
      if (!(error instanceof PatchFailure)) throw error
      const message = 'the server rejected our request due to an error in our request'
      throw new StatusError(422, { message, reason: 'Invalid', details: {} })
    }
  },
  [STRATEGIC]: ({ kind, object }, patch) => strategicPatch(kind, object, isObject(patch) ? patch : {}),
}

function applyPatch(objects: Objects, target: Target, request: Request, by: Update): Outcome {
  const { kind, namespace, name, subresource } = target
  const manager = requireManager(request.query.get('fieldManager') ?? '')
  const applied = decodeBody(kind, request.body, { namespace, name })
  const { managedFields, ...metadata } = applied.metadata as JsonObject
  if (managedFields !== undefined) throw badRequest('metadata.managedFields must be nil')
  const object = { ...applied, metadata }
  const live = objects.find(kind, namespace, name)
  if (live === undefined) {
    if (subresource !== '') throw notFound(kind, name)
    return { status: 201, object: create(objects, kind, object, { ...by, manager }, recordApplied(kind, object)) }
  }
  const author = { manager, time: objects.now(), subresource }
  const result = apply(kind, live.object, object, author, request.query.get('force') === 'true')
  const record: Update['record'] = (_kind, _old, draft) => storeManagers(draft.metadata as JsonObject, result.managers)
  return { status: 200, object: update(objects, live, result.object, { ...by, manager, record }) }
}

/** Answers the object where it stays for now, else a Status. */
export function del(objects: Objects, target: Target, request: Request): Outcome {
  const { kind, name } = target
  const live = existing(objects, target)
  const left = remove(objects, live, deleteOptions(request.query, request.body))
  if (left !== undefined) return { status: 200, object: left }
  const details = { name, ...(kind.group && { group: kind.group }), kind: kind.resource, uid: live.metadata.uid }
  return { status: 200, object: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details } }
}

/** Deletes what a list with the same query would show, and answers that list's page as it was. */
export function deleteCollection(
  objects: Objects,
  { kind, namespace }: Target,
  request: Request,
): ReturnType<typeof listPage> {
  const options: DeleteOptions = deleteOptions(request.query, request.body)
  const page = listPage(objects.store, kind, { namespace, query: request.query })
  for (const entry of page.entries) remove(objects, objects.live(kind, entry), options)
  return page
}

function existing(objects: Objects, { kind, namespace, name }: Target): Live {
  const live = objects.find(kind, namespace, name)
  if (live === undefined) throw notFound(kind, name)
  return live
}

function checkIdentity({ name, namespace, kind }: Target, metadata: JsonObject): void {
  if (text(metadata.name) !== name)
    throw badRequest(`the name of the object (${text(metadata.name)}) does not match the name on the URL (${name})`)
  if (kind.namespaced && text(metadata.namespace) !== namespace)
    throw badRequest('the namespace of the object does not match the namespace on the request')
}

function parse(body: string): Json {
  try {
    return parseJson(body)
  } catch (error) {
    throw badRequest(`error decoding patch: ${(error as Error).message}`)
  }
}

const unsupported = () =>
  new StatusError(415, { message: '415: Unsupported Media Type', reason: 'UnsupportedMediaType', details: {} })

/** The field manager is the one named in the request, else the first part of the client's user agent. */
function writeOf({ query, headers }: Request, options: string): Write {
  const agent = String(headers['user-agent'] ?? 'unknown').split('/')[0] ?? ''
  return { manager: query.get('fieldManager') || agent, dryRun: isDryRun(query, options) }
}
