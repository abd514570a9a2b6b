import { itemKey, type RawItem, readItem } from '../cluster/item.ts'
import { getObject } from '../cluster/objects.ts'
import { messageOf } from '../velero/errors.ts'
import type { Cursor } from './account.ts'
import type { ActionContext } from './actions/index.ts'
import type { RunContext } from './context.ts'
import { type Acted, act, entryPaths, exclusion, type ItemKind, listedRow, unsafeName } from './item.ts'
import type { Lane } from './lane.ts'
import { isListed } from './unit.ts'
import { volumeRows } from './volumes.ts'
import { relatedRow } from './wanted.ts'

const UNSAFE_NAME = "its name can't stand in an archive: it is empty, . or .., or holds a slash or a control character"

/** Where an item goes, and by what rules. */
export interface Destination {
  lane: Lane
  kind: ItemKind
  /** Needed where the kind has actions. */
  actions: ActionContext | undefined
  /** In which round of related items those of this item are stored. */
  round: number
}

/**
 * Puts an item into a lane with all that comes with it, unless its label, its deletion or a failing action keeps it out,
 * which the log or the results tell. Answers a promise where the caller has to wait before the next item.
 */
export function storeItem(
  context: RunContext,
  to: Destination,
  raw: RawItem,
  cursor: Cursor,
): Promise<void> | undefined {
  const fields = { name: raw.name, namespace: raw.namespace, resource: to.kind.groupResource }
  const excluded = exclusion(raw)
  if (excluded !== undefined) {
    return to.lane.leaveOut(cursor, { log: context.sink.account.line(excluded, fields) })
  }
  let acted: Acted
  try {
    if (unsafeName(raw)) throw new Error(UNSAFE_NAME)
    acted = act(to.kind, raw, to.actions)
  } catch (error) {
    return fail(to.lane, cursor, fields, error)
  }
  if (acted.refetch !== undefined) return refetch(context, to, raw, cursor, acted, acted.refetch.version)
  return put(context, to, raw, cursor, acted)
}

function put(
  context: RunContext,
  to: Destination,
  raw: RawItem,
  cursor: Cursor,
  acted: Acted,
): Promise<void> | undefined {
  const { account } = context.sink
  const stored = {
    key: itemKey(raw),
    namespace: raw.namespace,
    paths: entryPaths(to.kind, raw),
    content: acted.content,
    listed: listedRow(to.kind, raw),
    log: account.storedLine(raw, to.kind.groupResource),
  }
  context.progress.resource = to.kind.groupResource
  const wait = to.lane.add(stored, cursor)
  // Whether or not a full member went off before it, the item is in the one in the making now.
  const { batch } = to.lane
  const fields = { name: raw.name, namespace: raw.namespace, resource: to.kind.groupResource }
  for (const finding of acted.findings) batch.findings.push({ ...fields, ...finding })
  for (const row of volumeRows(to.kind.groupResource, raw, acted, context.backup.spec)) batch.volumes.push(row)
  for (const wish of acted.related)
    if (!isListed(wish, context.selection, context.discovery)) batch.wanted.push(relatedRow(wish, to.round))
  return wait
}

/** Velero's remap of CRDs: the same object, read again in another version, under the path of the first. */
async function refetch(
  context: RunContext,
  to: Destination,
  raw: RawItem,
  cursor: Cursor,
  acted: Acted,
  version: string,
): Promise<void> {
  const copy = { ...raw, json: Buffer.from(raw.json) }
  try {
    const target = { name: raw.name, ...(raw.namespace !== '' && { namespace: raw.namespace }) }
    const json = await getObject(context.transport, { ...to.kind.resource, version }, target)
    if (json === undefined) throw new Error(`it does not exist in version ${version}`)
    readItem(json, false)
    await put(context, to, copy, cursor, { ...acted, content: { json } })
  } catch (error) {
    await fail(to.lane, cursor, { name: raw.name, namespace: raw.namespace, resource: to.kind.groupResource }, error)
  }
}

function fail(
  lane: Lane,
  cursor: Cursor,
  fields: { name: string; namespace: string; resource: string },
  error: unknown,
): Promise<void> | undefined {
  const finding = { level: 'error', message: 'Error backing up item', error: messageOf(error), ...fields } as const
  return lane.leaveOut(cursor, { finding })
}
