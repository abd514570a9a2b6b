import type { JsonObject } from './json.ts'
import { KINDS_TABLE } from './kinds-table.ts'

/** A subresource as discovery tells it; `group` and `version` only where they differ from the resource's. */
export interface Subresource {
  name: string
  kind: string
  verbs: readonly string[]
  group?: string
  version?: string
}

/** A kind that is served, in one version. */
export interface Kind {
  group: string
  version: string
  /** Plural, as in URLs. */
  resource: string
  kind: string
  singular: string
  listKind: string
  namespaced: boolean
  verbs: readonly string[]
  shortNames: readonly string[]
  categories: readonly string[]
  subresources: readonly Subresource[]
  /** Where its objects lie: `group/resource`. Versions of one resource, and both kinds of Event, share one place. */
  storage: string
  /** Of a kind made by a CustomResourceDefinition: the schema of this version, and the version its objects are stored in. */
  custom?: { schema: JsonObject; storageVersion: string }
}

export const CHANGE_VERBS = ['get', 'patch', 'update']
const ALL_VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']

/** A group-version with what decides its place in discovery. */
export interface GroupVersion {
  group: string
  version: string
  /** An APIService's groupPriorityMinimum and versionPriority: the higher, the earlier. */
  groupPriority: number
  versionPriority: number
  kinds: readonly Kind[]
}

/** What is built in, in the server's order. */
export const BUILT_IN: readonly GroupVersion[] = parseTable(KINDS_TABLE)

/** `apps/v1`, or `v1` in the core group. */
export const groupVersion = (of: { group: string; version: string }): string =>
  of.group === '' ? of.version : `${of.group}/${of.version}`

export const hasStatus = (kind: Kind) => kind.subresources.some(sub => sub.name === 'status')

function parseTable(table: string): GroupVersion[] {
  return table.split(/\n(?=\S)/).flatMap(block => {
    const [head = '', ...rows] = block.split('\n').filter(line => line !== '')
    if (head === '') return []
    const [path = '', groupPriority, versionPriority] = head.split(' ')
    const [version = '', group = ''] = path.split('/').reverse()
    const kinds = rows.map(row => parseRow(group, version, row.trim().split(' ')))
    return [{ group, version, groupPriority: Number(groupPriority), versionPriority: Number(versionPriority), kinds }]
  })
}

function parseRow(group: string, version: string, row: string[]): Kind {
  const [resource = '', kind = '', scope, shortNames = '-', categories = '-', verbs = 'all', ...subresources] = row
  return {
    group,
    version,
    resource,
    kind,
    // As the server has it: the singular of Endpoints is endpoints.
    singular: kind.toLowerCase(),
    listKind: `${kind}List`,
    namespaced: scope === 'Namespaced',
    verbs: verbs === 'all' ? ALL_VERBS : verbs.split(','),
    shortNames: shortNames === '-' ? [] : shortNames.split(','),
    categories: categories === '-' ? [] : categories.split(','),
    subresources: subresources.map(text => parseSubresource(kind, text)),
    // Events of the core and of events.k8s.io are the same objects.
    storage: resource === 'events' ? '/events' : `${group}/${resource}`,
  }
}

function parseSubresource(owner: string, text: string): Subresource {
  if (text === 'status') return { name: 'status', kind: owner, verbs: CHANGE_VERBS }
  const [name = '', path = '', verbs = ''] = text.split(/[=:]/)
  const [kind = '', version, group] = path.split('/').reverse()
  return {
    name,
    kind,
    verbs: verbs === 'change' ? CHANGE_VERBS : verbs.split(','),
    ...(group !== undefined && version !== undefined && { group, version }),
  }
}
