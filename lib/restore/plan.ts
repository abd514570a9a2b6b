import { type BackupSource, mayHoldKey, mayHoldNamespace, type SourceMember } from '../bucket/archive-source.ts'
import { entriesOf, readObject } from './archived.ts'
import type { Definition } from './definitions.ts'
import type { TargetKinds } from './kinds.ts'
import { NAMESPACES } from './names.ts'
import type { Related } from './related.ts'
import type { Selection } from './selection.ts'
import type { Wave } from './waves.ts'

/** Members in the order in which they are restored; a place in this list is a place that every invocation finds again. */
export interface RestorePlan {
  waves: readonly Wave[]
  members: readonly { member: SourceMember; wave: number }[]
}

/** `versions`: of kinds that are restored from another stored version than the preferred one, which. */
export function planMembers(
  source: BackupSource,
  selection: Selection,
  related: Related,
  waves: readonly Wave[],
  versions: Readonly<Record<string, string>>,
): RestorePlan {
  const chosen = source.members.filter(
    member =>
      member.version === (versions[member.resource] ?? '') &&
      (mayHoldChosen(member, selection) || mayHoldWanted(member, related)),
  )
  const byResource = Map.groupBy(chosen, member => member.resource)
  const members = waves.flatMap(({ resources }, wave) =>
    resources.flatMap(resource => (byResource.get(resource) ?? []).map(member => ({ member, wave }))),
  )
  return { waves, members }
}

function mayHoldWanted(member: SourceMember, { wanted }: Related): boolean {
  return (
    wanted
      .get(member.resource)
      ?.values()
      .some(key => mayHoldKey(member, key)) ?? false
  )
}

/** Whether an object of the member may be chosen, as far as its border keys tell. */
export function mayHoldChosen(member: SourceMember, selection: Selection): boolean {
  const { resource, first, last } = member
  if (resource === NAMESPACES) return true
  if (first === undefined || last === undefined) return selection.includesResource(resource)
  const [from, to] = [namespaceOf(first), namespaceOf(last)]
  if (from === to) return selection.selects(resource, from)
  if (!selection.includesResource(resource)) return false
  return selection.named?.some(namespace => mayHoldNamespace(member, namespace)) ?? true
}

function namespaceOf(key: string): string {
  const slash = key.indexOf('/')
  return slash === -1 ? '' : key.slice(0, slash)
}

/** Why objects of a kind can't be restored, and what they are called in lists. */
export interface UnservedKind {
  resource: string
  message: string
}

/** What to look at in one object of a kind, for all of them. */
export interface StoredKind {
  resource: string
  version: string
  apiVersion: string
}

/** Reads the first object of each kind, for the version that it was stored in. Some at a time. */
export async function storedKinds(source: BackupSource, members: readonly SourceMember[]): Promise<StoredKind[]> {
  const firsts = [...Map.groupBy(members, member => `${member.resource} ${member.version}`).values()]
  const kinds: StoredKind[] = []
  const next = firsts.values()
  const worker = async () => {
    for (const [member] of next) {
      if (member === undefined) continue
      const entries = await entriesOf(source, member)
      const object = entries.map(readObject).find(each => each !== undefined)
      const { resource, version } = member
      if (object !== undefined) kinds.push({ resource, version, apiVersion: object.apiVersion })
    }
  }
  await Promise.all(Array.from({ length: 8 }, worker))
  return kinds
}

/**
 * Of a kind whose stored version the cluster does not serve: whether a definition of the backup will, or differs from what
 * it serves in the version's name alone; else why its objects can't be restored.
 */
export function unservedKind(
  { resource, apiVersion }: StoredKind,
  kinds: TargetKinds,
  definition: Definition | undefined,
  live: Definition | undefined,
): 'served' | 'same in all versions' | UnservedKind {
  if (kinds.of(resource, apiVersion) !== undefined) return 'served'
  const served = kinds.versions(resource)
  // A definition that is there stays as it is: what the backup's says counts only where there is none.
  const counting = served.length > 0 ? live : definition
  if (counting?.served.includes(apiVersion)) return 'served'
  if (counting?.sameInAllVersions) return 'same in all versions'
  if (served.length === 0)
    return {
      resource,
      message: `the cluster does not serve ${resource} (${apiVersion}): install what provides it, or restore its definition too, which --include-cluster-resources does where the backup has it`,
    }
  const versions = served.map(api => api.version).join(', ')
  return {
    resource,
    message: `the cluster serves ${resource} as ${versions} only, the backup has ${apiVersion}, and how to convert that is not known: convert the objects with kubectl-convert or their vendor's tool, and apply them`,
  }
}
