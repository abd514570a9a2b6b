import { backupResourceListKey } from '../bucket/layout.ts'
import { readResourceList } from '../bucket/resource-list.ts'
import type { Connection } from '../cluster/connect.ts'
import { discover } from '../cluster/discovery.ts'
import { readBody } from '../cluster/http/read.ts'
import type { Discovery, Transport } from '../cluster/types.ts'
import { selectionOf } from '../restore/selection.ts'
import { parsePriorities } from '../restore/waves.ts'
import { ObjectNotFoundError, type ObjectStore } from '../store/types.ts'
import { CLUSTER_ANNOTATION, ELSEWHERE_ANNOTATION, PRIORITIES_ANNOTATION } from '../velero/annotations.ts'
import { defaultRestore } from '../velero/defaults-restore.ts'
import { InvalidInputError, messageOf } from '../velero/errors.ts'
import { hasWildcard } from '../velero/globs.ts'
import { recreateResources } from '../velero/recreate.ts'
import type { Backup } from '../velero/types.ts'
import type { Restore, RestoreSpec } from '../velero/types-restore.ts'
import { gunzipped, isDamage } from './read.ts'
import {
  type ClusterConfig,
  compileModifiers,
  readClusterConfig,
  readModifiers,
  type WrittenModifiers,
} from './restore-config.ts'
import { findBackup } from './restore-source.ts'

/** A request that was found good, with what cluster and bucket said to it. */
export interface PreparedRestore {
  /** With defaults and its source. */
  restore: Restore
  backup: Backup
  discovery: Discovery
  modifiers: WrittenModifiers | undefined
  config: ClusterConfig
  /** By how much the API server's clock is ahead of ours, in ms. */
  clusterAheadMs: number
  /** Names that a person typed and that mean nothing. */
  unknown: { namespaces: string[]; resources: string[] }
}

/**
 * Reads what a restore needs to know before anything is written. `source`: the backup that it began with, if it began before, and
 * the name of the backup's location, where that is not the one that it is recorded in. Answers validation errors where there are any.
 */
export async function prepareRestore(
  manifest: Restore,
  connection: Connection,
  backups: ObjectStore,
  now: () => Date,
  source: { backup?: string | undefined; elsewhere?: string } = {},
): Promise<{ problems: string[] } | PreparedRestore> {
  const { transport } = connection
  const [found, discovery, clusterAheadMs] = await Promise.all([
    findBackup(backups, manifest, source.backup),
    discover(transport),
    clockAhead(transport, now),
  ])
  if ('problems' in found) return found
  const { backup } = found
  const restore = describe(defaultRestore(fromBackup(manifest, backup)), connection, source.elsewhere)
  try {
    parsePriorities(restore.metadata.annotations?.[PRIORITIES_ANNOTATION])
    const [modifiers, config, content] = await Promise.all([
      readModifiers(transport, restore),
      readClusterConfig(transport, restore.metadata.namespace ?? 'velero'),
      lookInto(backups, backup.metadata.name, restore, discovery),
    ])
    if (modifiers !== undefined) await compileModifiers(modifiers)
    if (content.problems.length > 0) return { problems: content.problems }
    return { restore, backup, discovery, modifiers, config, clusterAheadMs, unknown: content.unknown }
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error
    return { problems: [messageOf(error)] }
  }
}

/** As Velero's server fills it in: both source fields. */
function fromBackup(manifest: Restore, backup: Backup): Restore {
  const scheduleName = manifest.spec.scheduleName || backup.metadata.labels?.['velero.io/schedule-name']
  const spec = { ...manifest.spec, backupName: backup.metadata.name, ...(scheduleName && { scheduleName }) }
  return { ...manifest, spec }
}

function describe(restore: Restore, connection: Connection, elsewhere: string | undefined): Restore {
  const annotations = {
    [CLUSTER_ANNOTATION]: connection.name,
    ...restore.metadata.annotations,
    ...(elsewhere !== undefined && { [ELSEWHERE_ANNOTATION]: elsewhere }),
  }
  return { ...restore, metadata: { ...restore.metadata, annotations } }
}

/** By the answer's own Date, which shows whole seconds; 0 where a proxy drops it. */
async function clockAhead(transport: Transport, now: () => Date): Promise<number> {
  const response = await transport.request({ method: 'GET', path: '/version' })
  await readBody(response)
  const date = Date.parse(String(response.headers.date))
  return Number.isNaN(date) ? 0 : date - now().getTime()
}

interface Content {
  problems: string[]
  unknown: PreparedRestore['unknown']
}

/** What the backup's own list of its objects says to names in the request; nothing where it has no list, or where nothing is named. */
async function lookInto(store: ObjectStore, backup: string, restore: Restore, discovery: Discovery): Promise<Content> {
  const { spec } = restore
  const names = (list: readonly string[] = []) => list.filter(name => name !== '*' && name !== '' && !hasWildcard(name))
  const kinds = [
    ...names(spec.includedResources),
    ...names(spec.restoreStatus?.includedResources),
    ...recreateResources(restore),
  ].filter(name => discovery.resolve(name) === undefined)
  const namespaces = [...names(spec.includedNamespaces), ...Object.keys(spec.namespaceMapping ?? {})]
  if (kinds.length === 0 && namespaces.length === 0) return { problems: [], unknown: { namespaces: [], resources: [] } }
  const seen = await namesIn(store, backup)
  if (seen === undefined) return { problems: [], unknown: { namespaces: [], resources: [] } }
  return {
    problems: mappedOnto(spec, seen.namespaces),
    unknown: {
      namespaces: [...new Set(namespaces)].filter(name => !seen.namespaces.has(name)),
      resources: kinds.filter(name => !seen.kinds.some(kind => isKind(name, kind))),
    },
  }
}

async function namesIn(
  store: ObjectStore,
  backup: string,
): Promise<{ namespaces: Set<string>; kinds: string[] } | undefined> {
  const [namespaces, kinds] = [new Set<string>(), new Set<string>()]
  try {
    const { body } = await store.get(backupResourceListKey(backup))
    for await (const [key, name] of readResourceList(gunzipped(body).setEncoding('utf8'))) {
      kinds.add(key)
      const slash = name.indexOf('/')
      if (slash > 0) namespaces.add(name.slice(0, slash))
      else if (key === 'v1/Namespace') namespaces.add(name)
    }
  } catch (error) {
    // 1.4 and before wrote none; a damaged one tells nothing.
    if (error instanceof ObjectNotFoundError || isDamage(error)) return undefined
    throw error
  }
  return { namespaces, kinds: [...kinds] }
}

/** Whether a name, `sails` or `sail.harbor.example.com`, may mean `harbor.example.com/v1/Sail`. */
function isKind(name: string, key: string): boolean {
  const [word = '', ...rest] = name.toLowerCase().split('.')
  const parts = key.split('/')
  const kind = (parts.at(-1) ?? '').toLowerCase()
  const group = parts.length === 3 ? (parts[0] as string) : ''
  const plurals = [kind, `${kind}s`, `${kind}es`, kind.replace(/y$/, 'ies')]
  return plurals.includes(word) && (rest.length === 0 || group.startsWith(rest.join('.')))
}

/** A namespace of the backup that is mapped onto one which is restored too. */
function mappedOnto(spec: RestoreSpec, namespaces: ReadonlySet<string>): string[] {
  const mapping = spec.namespaceMapping ?? {}
  const { includesNamespace } = selectionOf(spec, { included: [], excluded: [] })
  const restored = (name: string) => namespaces.has(name) && includesNamespace(name)
  return Object.entries(mapping)
    .filter(([from, to]) => from !== to && restored(from) && restored(to) && (mapping[to] ?? to) === to)
    .map(
      ([from, to]) =>
        `namespaceMapping: namespace ${from} is mapped to ${to}, which the backup has too and which is restored as well; objects of the same name would overwrite each other`,
    )
}
