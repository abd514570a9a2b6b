import { BUILT_IN_GROUPS } from '../../backup/crds.ts'
import { backupResourceListKey } from '../../bucket/layout.ts'
import { BACKUPS } from '../../bucket/record-kinds.ts'
import { readRecord } from '../../bucket/records.ts'
import { readResourceList } from '../../bucket/resource-list.ts'
import type { Discovery } from '../../cluster/types.ts'
import { TargetKinds } from '../../restore/kinds.ts'
import { groupResource } from '../../restore/names.ts'
import { ObjectNotFoundError, type ObjectStore } from '../../store/types.ts'
import { InvalidInputError } from '../../velero/errors.ts'
import { goQuote } from '../../velero/go-quote.ts'
import { BackupNotFoundError } from '../errors.ts'
import { gunzipped, isDamage } from '../read.ts'
import type { Held } from './restore.ts'

/** A kind of a backup, and the kind that its objects are written as. */
export interface HeldKind {
  /** Group-resource, as the archive names it. */
  stored: string
  target: { group: string; name: string }
  namespaced: boolean
  /** Whether a CustomResourceDefinition may be behind it. */
  custom: boolean
}

interface ListedKind {
  apiVersion: string
  kind: string
  namespaced: boolean
}

/**
 * What a backup holds, by the list of its objects alone. Kinds that neither the cluster serves, in any version that theirs can be
 * turned into, nor the backup defines are left out: nothing of them is restored. Throws BackupNotFoundError, and InvalidInputError
 * where the backup has no list.
 */
export async function heldBy(store: ObjectStore, backup: string, discovery: Discovery): Promise<Held> {
  const listed = new Map<string, ListedKind>()
  const [namespaces, definitions] = [new Set<string>(), new Set<string>()]
  try {
    const { body } = await store.get(backupResourceListKey(backup))
    for await (const [key, name] of readResourceList(gunzipped(body).setEncoding('utf8'))) {
      const slash = key.lastIndexOf('/')
      const [apiVersion, kind] = [key.slice(0, slash), key.slice(slash + 1)]
      const at = name.indexOf('/')
      if (!listed.has(key)) listed.set(key, { apiVersion, kind, namespaced: at > 0 })
      if (at > 0) namespaces.add(name.slice(0, at))
      else if (key === 'v1/Namespace') namespaces.add(name)
      else if (kind === 'CustomResourceDefinition') definitions.add(name)
    }
  } catch (error) {
    if (!(error instanceof ObjectNotFoundError || isDamage(error))) throw error
    if ((await readRecord(store, BACKUPS, backup)) === undefined) throw new BackupNotFoundError(backup)
    throw new InvalidInputError(`the backup ${goQuote(backup)} has no list of its objects that can be read`, {
      next: 'Leave --from-backup out: the rights are then for the kinds that the cluster serves.',
      cause: error,
    })
  }
  const targets = new TargetKinds(discovery)
  const kinds = [...listed.values()].flatMap(kind => heldKind(kind, discovery, targets, definitions) ?? [])
  return { kinds, namespaces: [...namespaces].sort() }
}

function heldKind(
  { apiVersion, kind, namespaced }: ListedKind,
  { served }: Discovery,
  targets: TargetKinds,
  definitions: ReadonlySet<string>,
): HeldKind | undefined {
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : ''
  const known = served.find(api => api.group === group && api.kind === kind)
  const plurals = known ? [known.name] : pluralsOf(kind)
  const defined = plurals.map(name => groupResource({ group, name })).find(name => definitions.has(name))
  const custom = defined !== undefined || isCustomGroup(group)
  for (const name of plurals) {
    const stored = groupResource({ group, name })
    const api = targets.of(stored, apiVersion)?.api ?? known
    if (api) return { stored, target: { group: api.group, name: api.name }, namespaced: api.namespaced, custom }
  }
  if (defined === undefined) return undefined
  const name = defined.slice(0, defined.length - group.length - 1)
  return { stored: defined, target: { group, name }, namespaced, custom }
}

/** What a kind that is not served may be called in URLs. */
function pluralsOf(kind: string): string[] {
  const word = kind.toLowerCase()
  return [...new Set([`${word}s`, `${word}es`, word.replace(/y$/, 'ies'), word])]
}

/** Whether definitions may be behind the kinds of a group. */
export function isCustomGroup(group: string): boolean {
  return group !== '' && !BUILT_IN_GROUPS.has(group)
}
