import { compareKeys, type RawItem, readItem, readLabels } from '../cluster/item.ts'
import { ListError, readList } from '../cluster/list.ts'
import { getObject } from '../cluster/objects.ts'
import { ApiError, type ApiResource, ConnectionError, type Discovery, type Transport } from '../cluster/types.ts'
import { LateenError, messageOf } from '../velero/errors.ts'
import type { Cursor } from './account.ts'
import type { RunContext } from './context.ts'
import { itemKind } from './item.ts'
import { Lane } from './lane.ts'
import { groupResource, NAMESPACES } from './select/resources.ts'
import type { NamespaceInfo } from './select/types.ts'
import { storeItem } from './store-item.ts'

/** The credentials may not list namespaces, and the backup names none to go by. */
export class NamespacesForbiddenError extends LateenError {}

function namespacesOf(discovery: Discovery): ApiResource {
  const found = discovery.resources.find(resource => groupResource(resource) === NAMESPACES)
  if (found === undefined) throw new LateenError('the API server serves no namespaces')
  return found
}

/** The namespaces that are known. `complete`: they are all that exist. */
export interface KnownNamespaces {
  namespaces: NamespaceInfo[]
  complete: boolean
}

/**
 * The namespaces that exist. Where they can't be listed, those of `named` that can be read, or of which nothing can be
 * known: a list inside will tell. Throws NamespacesForbiddenError where there is nothing to go by.
 */
export async function existingNamespaces(
  transport: Transport,
  discovery: Discovery,
  named: readonly string[],
): Promise<KnownNamespaces> {
  const namespaces: NamespaceInfo[] = []
  try {
    const complete = await readNamespaces(transport, discovery, named, item => {
      namespaces.push(namespaceInfo(item))
    })
    return { namespaces, complete }
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 403) throw error
    if (named.length === 0 || named.some(name => /[*?[]/.test(name)))
      throw new NamespacesForbiddenError(`namespaces can't be listed: ${messageOf(error)}`, {
        next: 'Name the namespaces with --include-namespaces, or allow these credentials to list namespaces.',
        cause: error,
      })
    return { namespaces: named.map(name => ({ name, labels: {}, terminating: false })), complete: false }
  }
}

/** Stores the Namespace objects, when it is known which of them hold something. */
export async function storeNamespaces(context: RunContext): Promise<void> {
  const resource = namespacesOf(context.discovery)
  const { account } = context.sink
  const unit = 'namespaces'
  if (!context.selection.collects(resource) || account.cursors.get(unit)?.done) return
  const kind = itemKind(resource)
  let cursor: Cursor = account.cursors.get(unit) ?? { token: '', after: '' }
  const { after } = cursor
  const lane = new Lane(context.sink, kind.groupResource, unit, cursor)
  const named = context.selection.namespaces ?? []
  try {
    await readNamespaces(context.transport, context.discovery, named, async item => {
      context.progress.seen++
      if (after !== '' && compareKeys(item.name, after) <= 0) return
      cursor = { token: '', after: item.name }
      if (!context.selection.storesNamespaceObject(namespaceInfo(item), account.namespaces.has(item.name))) return
      await storeItem(context, { lane, kind, actions: undefined, round: 0 }, item, cursor)
    })
  } catch (error) {
    if (!(error instanceof ApiError || error instanceof ConnectionError || error instanceof ListError)) throw error
    lane.batch.findings.push({
      level: 'error',
      message: 'Error listing items',
      error: error.message,
      resource: NAMESPACES,
      namespace: '',
    })
  }
  await lane.finish({ ...cursor, done: true })
}

/**
 * All namespaces, or, where listing is forbidden, those named, each by a GET; missing ones are passed over. Answers
 * whether it was all.
 */
async function readNamespaces(
  transport: Transport,
  discovery: Discovery,
  named: readonly string[],
  take: (item: RawItem) => void | Promise<void>,
): Promise<boolean> {
  const resource = namespacesOf(discovery)
  try {
    await readList(
      transport,
      { resource },
      {
        items: async items => {
          for (const item of items) await take(item)
        },
      },
    )
    return true
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 403 || named.length === 0) throw error
    const found = await Promise.all(named.map(name => getObject(transport, resource, { name })))
    for (const json of found) if (json !== undefined) await take(readItem(json, false))
    return false
  }
}

function namespaceInfo(item: RawItem): NamespaceInfo {
  const { status } = JSON.parse(item.json.toString('utf8')) as { status?: { phase?: string } }
  return { name: item.name, labels: readLabels(item), terminating: status?.phase !== 'Active' }
}
