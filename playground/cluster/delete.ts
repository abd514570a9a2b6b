import { isObject, type JsonObject, parseJson, text } from './json.ts'
import { refuseProtected } from './namespaces.ts'
import { finalizersOf, type Live, type Objects } from './objects.ts'
import { badRequest, conflict } from './status.ts'

export interface DeleteOptions {
  propagation: string
  uid: string
  resourceVersion: string
  grace: number | undefined
  dryRun: boolean
}

/** From the query and the body, which may be empty. */
export function deleteOptions(query: URLSearchParams, body: string): DeleteOptions {
  const options = body === '' ? {} : parseJson(body)
  if (!isObject(options)) throw badRequest('DeleteOptions is no JSON object')
  const preconditions = isObject(options.preconditions) ? options.preconditions : {}
  const grace = options.gracePeriodSeconds ?? query.get('gracePeriodSeconds')
  const orphan = options.orphanDependents === true ? 'Orphan' : ''
  return {
    propagation: text(options.propagationPolicy) || query.get('propagationPolicy') || orphan,
    uid: text(preconditions.uid),
    resourceVersion: text(preconditions.resourceVersion),
    grace: grace === undefined || grace === null ? undefined : Number(grace),
    dryRun: query.get('dryRun') === 'All' || (Array.isArray(options.dryRun) && options.dryRun.includes('All')),
  }
}

export const BACKGROUND: DeleteOptions = {
  propagation: 'Background',
  uid: '',
  resourceVersion: '',
  grace: undefined,
  dryRun: false,
}

const FINALIZER: Readonly<Record<string, string>> = { Foreground: 'foregroundDeletion', Orphan: 'orphan' }
const DEFINITION_FINALIZER = 'customresourcecleanup.apiextensions.k8s.io'

/** Deletes, or begins to. Answers the object where it stays for now, and `undefined` where it is gone. */
export function remove(objects: Objects, live: Live, options: DeleteOptions): JsonObject | undefined {
  const { kind, object, metadata } = live
  if (kind.storage === '/namespaces') refuseProtected(text(metadata.name))
  checkPreconditions(live, options)
  if (metadata.deletionTimestamp !== undefined && options.grace !== 0) return object
  const finalizers = withPolicy(live, options)
  const grace = graceOf(live, options)
  const isNamespace = kind.storage === '/namespaces'
  if (finalizers.length === 0 && grace === 0 && !isNamespace) {
    if (!options.dryRun) objects.remove(live)
    return undefined
  }
  const until = new Date(objects.around.now().getTime() + grace * 1000)
  const doomed: JsonObject = {
    ...object,
    metadata: {
      ...metadata,
      ...(metadata.generation !== undefined &&
        kind.resource !== 'customresourcedefinitions' && { generation: Number(metadata.generation) + 1 }),
      deletionTimestamp: until.toISOString().replace(/\.\d+Z$/, 'Z'),
      ...(!isNamespace && kind.resource !== 'customresourcedefinitions' && { deletionGracePeriodSeconds: grace }),
      ...(finalizers.length > 0 && { finalizers }),
    },
    ...(isNamespace && { status: { ...(object.status as JsonObject), phase: 'Terminating' } }),
  }
  if (!options.dryRun) objects.save(kind, doomed, 'updated')
  return doomed
}

function checkPreconditions({ kind, metadata }: Live, options: DeleteOptions): void {
  const name = text(metadata.name)
  if (options.uid !== '' && options.uid !== metadata.uid)
    throw conflict(
      kind,
      name,
      `the UID in the precondition (${options.uid}) does not match the UID in record (${metadata.uid}). ` +
        'The object might have been deleted and then recreated',
      kind.kind,
    )
  if (options.resourceVersion !== '' && options.resourceVersion !== metadata.resourceVersion)
    throw conflict(
      kind,
      name,
      `the ResourceVersion in the precondition (${options.resourceVersion}) does not match the ResourceVersion in ` +
        `record (${metadata.resourceVersion}). The object might have been modified`,
      kind.kind,
    )
}

function withPolicy({ kind, metadata }: Live, options: DeleteOptions): string[] {
  const policy = FINALIZER[options.propagation]
  const own = kind.resource === 'customresourcedefinitions' ? [DEFINITION_FINALIZER] : []
  const there = finalizersOf(metadata).map(text)
  return [...new Set([...there, ...own, ...(policy === undefined ? [] : [policy])])]
}

/** Only pods on a node get time to end. */
function graceOf({ kind, object }: Live, options: DeleteOptions): number {
  const spec = object.spec
  if (kind.storage !== '/pods' || !isObject(spec) || text(spec.nodeName) === '') return 0
  const phase = text(isObject(object.status) ? object.status.phase : '')
  if (phase === 'Succeeded' || phase === 'Failed') return 0
  return options.grace ?? Number(spec.terminationGracePeriodSeconds ?? 30)
}
