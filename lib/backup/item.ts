import type { EntryContent } from '../bucket/member.ts'
import { groupVersionName } from '../cluster/discovery/groups.ts'
import { itemKey, mayHaveLabel, type RawItem, readLabels } from '../cluster/item.ts'
import type { ApiResource } from '../cluster/types.ts'
import {
  type ActionContext,
  actionItem,
  type BackupItemAction,
  backupItemActions,
  type RelatedItem,
} from './actions/index.ts'
import { groupResource } from './select/resources.ts'
import type { Finding } from './select/types.ts'

const EXCLUDE_LABEL = 'velero.io/exclude-from-backup'

/** Velero's rule for both collected and related items: the label keeps an item out, and so does being deleted. */
export function exclusion(item: RawItem): string | undefined {
  if (mayHaveLabel(item, EXCLUDE_LABEL) && readLabels(item)[EXCLUDE_LABEL] === 'true')
    return `Excluding item because it has label ${EXCLUDE_LABEL}=true`
  if (item.deleting) return "Skipping item because it's being deleted."
  return undefined
}

/** What is the same for all items of one resource, prepared once. */
export interface ItemKind {
  resource: ApiResource
  groupResource: string
  actions: readonly BackupItemAction[]
  /** `{"apiVersion":...,"kind":...,` for items of lists that leave them out, in place of the opening brace. */
  typeMeta: Buffer
  apiVersion: string
}

export function itemKind(resource: ApiResource): ItemKind {
  const apiVersion = groupVersionName(resource.group, resource.version)
  return {
    resource,
    groupResource: groupResource(resource),
    actions: backupItemActions.filter(action => action.applies(resource)),
    typeMeta: Buffer.from(`{"apiVersion":${JSON.stringify(apiVersion)},"kind":${JSON.stringify(resource.kind)},`),
    apiVersion,
  }
}

/** Velero's two paths of an item: the plain one, and the one that tells the version. */
export function entryPaths(kind: ItemKind, item: { namespace: string; name: string }): [string, string] {
  const place = item.namespace === '' ? `cluster/${item.name}` : `namespaces/${item.namespace}/${item.name}`
  const folder = `resources/${kind.groupResource}`
  return [`${folder}/${place}.json`, `${folder}/${kind.resource.version}-preferredversion/${place}.json`]
}

/** What leads out of its folder in an archive, or tears a line of the lists apart. Only names of RBAC objects could hold it. */
const UNSAFE = /[/\p{Cc}]|^\.\.?$/u

/** A name that can't stand in an archive's paths. */
export function unsafeName(item: { namespace: string; name: string }): boolean {
  return item.name === '' || UNSAFE.test(item.name) || UNSAFE.test(item.namespace)
}

/** Stands in every pod that mounts a claim: the others need not be parsed for it. */
const CLAIM = Buffer.from('"persistentVolumeClaim"')

/** What the actions make of an item. */
export interface Acted {
  content: EntryContent
  /** The object is to be stored as this version of its group has it. */
  refetch?: { version: string }
  related: RelatedItem[]
  findings: Finding[]
  /** Of pods that mount claims: the object, parsed for reading. */
  view?: unknown
}

/**
 * Runs the built-in actions on an item: it is stored as it came, but for what an action changed, and with apiVersion and
 * kind where the list left them out. Throws what an action throws: the item is not to be stored then.
 */
export function act(kind: ItemKind, raw: RawItem, context: ActionContext | undefined): Acted {
  const bare = raw.apiVersion === undefined || raw.kind === undefined
  const content: EntryContent = bare ? { head: kind.typeMeta, json: raw.json } : { json: raw.json }
  const acted: Acted = { content, related: [], findings: [] }
  if (context === undefined) return acted
  for (const action of kind.actions) {
    const item = actionItem(kind.resource, raw.namespace || undefined, raw.name, acted.content.json)
    const result = action.run(item, context)
    if (result.json !== undefined) acted.content = { ...acted.content, json: result.json }
    if (result.refetch !== undefined) acted.refetch = result.refetch
    acted.related.push(...result.related)
    acted.findings.push(...result.findings)
    if (kind.groupResource === 'pods' && raw.json.includes(CLAIM)) acted.view = item.object()
  }
  return acted
}

/** The row of the resource list: in the object's own version, before actions. */
export function listedRow(kind: ItemKind, raw: RawItem): string {
  return `${raw.apiVersion ?? kind.apiVersion}/${raw.kind ?? kind.resource.kind}\0${itemKey(raw)}`
}
