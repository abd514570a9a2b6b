import type { BackupSource, Wants } from '../bucket/archive-source.ts'
import type { Discovery, Transport } from '../cluster/types.ts'
import { chosenDefinitions, type Definition, liveDefinition } from '../restore/definitions.ts'
import { TargetKinds } from '../restore/kinds.ts'
import { groupResource, NAMESPACES } from '../restore/names.ts'
import { mayHoldChosen, type StoredKind, storedKinds, unservedKind } from '../restore/plan.ts'
import { type ResolvedLists, resolveLists, type Selection, selectionOf } from '../restore/selection.ts'
import type { RestoreFinding } from '../restore/types.ts'
import { parsePriorities, type Wave, wavesOf } from '../restore/waves.ts'
import { PRIORITIES_ANNOTATION } from '../velero/annotations.ts'
import { NON_RESTORABLE } from '../velero/defaults-restore.ts'
import type { Restore } from '../velero/types-restore.ts'
import type { ClusterConfig, WrittenModifiers } from './restore-config.ts'
import type { PreparedRestore } from './restore-prepare.ts'

/** What was decided when a restore began: later invocations go by it, whatever the cluster serves meanwhile. */
export interface RestoreBasis {
  lists: ResolvedLists
  waves: Wave[]
  /** Stored versions, other than the preferred ones, that were kept when the archive was read: `deployments.apps v1`. */
  kept: string[]
  /** Of kinds that are restored from one of these: which. */
  versions: Record<string, string>
  /** Kinds that the cluster does not serve: why nothing of them is restored. */
  unserved: Record<string, string>
  /** Kinds whose versions differ in name alone. */
  sameInAllVersions: string[]
  /** When it began, by the API server's clock. */
  startedMs: number
  /** By what the archive is known again: a backup may be deleted and made anew under its name. */
  archive: { etag: string; size: number }
  /** What else was asked of the cluster, so that all objects are restored by the same rules. */
  config: ClusterConfig
  modifiers?: WrittenModifiers
}

/** Which entries of an archive are worth keeping while it is read through: by namespace, and of stored versions those that are served. */
export function wantsOf(restore: Restore, discovery: Discovery, basis: RestoreBasis | undefined): Wants {
  const selection = selectionOf(restore.spec, basis?.lists ?? { included: [], excluded: [] })
  const kept = new Set(basis?.kept ?? discovery.served.map(api => `${groupResource(api)} ${api.version}`))
  return (resource, version, namespace) => {
    if (namespace !== '' && !selection.includesNamespace(namespace)) return false
    return version === '' || kept.has(`${resource} ${version}`)
  }
}

/** Decides all that can be decided before the first object, and tells what will not be restored. */
export async function decideBasis(
  { restore, discovery, config, modifiers }: PreparedRestore,
  source: BackupSource,
  transport: Transport,
  known: Pick<RestoreBasis, 'startedMs' | 'archive'>,
): Promise<{ basis: RestoreBasis; findings: RestoreFinding[] }> {
  const archived = [...new Set(source.members.map(({ resource }) => resource))]
  const { lists, unknown, unknownExcludes } = resolveLists(restore.spec, discovery, archived)
  const selection = selectionOf(restore.spec, lists)
  const kinds = new TargetKinds(discovery)
  const stored = await storedKinds(source, chosenMembers(source, selection))
  const versions = otherVersions(stored, kinds)
  const used = stored.filter(({ resource, version }) => version === (versions[resource] ?? ''))
  const definitions = await chosenDefinitions(source, selection, source.members)
  const { unserved, sameInAllVersions } = await unservedKinds(used, kinds, definitions, transport)
  const priorities = parsePriorities(restore.metadata.annotations?.[PRIORITIES_ANNOTATION])
  const resolve = (name: string) => {
    const found = discovery.resolve(name)
    return found && groupResource(found)
  }
  const others = source.members.filter(({ version }) => version !== '')
  const basis = {
    ...known,
    lists,
    waves: wavesOf(archived, priorities, resolve),
    kept: [...new Set(others.map(({ resource, version }) => `${resource} ${version}`))],
    versions,
    unserved,
    sameInAllVersions,
    config,
    ...(modifiers && { modifiers }),
  }
  return {
    basis,
    findings: [
      ...source.findings,
      ...unknown.map(unknownKind),
      ...unknownExcludes.filter(isTheirs).map(uselessExclude),
    ],
  }
}

function chosenMembers(source: BackupSource, selection: Selection) {
  return source.members.filter(member => member.resource !== NAMESPACES && mayHoldChosen(member, selection))
}

/** Where the preferred version is not served, and the archive has another one that is. */
function otherVersions(stored: readonly StoredKind[], kinds: TargetKinds): Record<string, string> {
  const unserved = stored.filter(
    ({ resource, version, apiVersion }) => version === '' && kinds.of(resource, apiVersion) === undefined,
  )
  const other = unserved.flatMap(({ resource }) =>
    stored
      .filter(each => each.resource === resource && each.version !== '' && kinds.of(resource, each.apiVersion))
      .slice(0, 1)
      .map(({ version }) => [resource, version] as const),
  )
  return Object.fromEntries(other)
}

async function unservedKinds(
  stored: readonly StoredKind[],
  kinds: TargetKinds,
  definitions: ReadonlyMap<string, Definition>,
  transport: Transport,
): Promise<Pick<RestoreBasis, 'unserved' | 'sameInAllVersions'>> {
  const unserved: Record<string, string> = {}
  const sameInAllVersions: string[] = []
  for (const kind of stored) {
    const { resource, apiVersion } = kind
    const unknown = kinds.of(resource, apiVersion) === undefined && kinds.serves(resource)
    const live = unknown ? await liveDefinition({ transport }, resource) : undefined
    const answer = unservedKind(kind, kinds, definitions.get(resource), live)
    if (answer === 'same in all versions') sameInAllVersions.push(resource)
    else if (answer !== 'served') unserved[resource] = answer.message
  }
  return { unserved, sameInAllVersions }
}

function unknownKind(name: string): RestoreFinding {
  return {
    level: 'error',
    message: `includedResources: neither the backup nor the cluster has a kind ${JSON.stringify(name)}, so nothing of it was restored`,
  }
}

/** What every restore leaves out need not exist. */
const isTheirs = (name: string) => !NON_RESTORABLE.includes(name)

function uselessExclude(name: string): RestoreFinding {
  return {
    level: 'warning',
    message: `excludedResources: neither the backup nor the cluster has a kind ${JSON.stringify(name)}, so it excludes nothing`,
  }
}
