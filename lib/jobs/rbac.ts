import { existingNamespaces } from '../backup/namespaces.ts'
import { discover } from '../cluster/discovery.ts'
import { defaultBackup } from '../velero/defaults.ts'
import { defaultRestore } from '../velero/defaults-restore.ts'
import { InvalidInputError } from '../velero/errors.ts'
import { hasWildcard } from '../velero/globs.ts'
import type { Backup } from '../velero/types.ts'
import type { Restore } from '../velero/types-restore.ts'
import { AROUND, type Around } from './around.ts'
import { backupRights, isForAnyCluster, type KnownCluster } from './rbac/backup.ts'
import { heldBy } from './rbac/held.ts'
import { powersOf } from './rbac/powers.ts'
import { isForAnyTarget, restoreRights } from './rbac/restore.ts'
import type { RbacPlan, RbacSources, Rights } from './rbac/types.ts'

/**
 * The rights that a backup or restore with these filters needs, and no more. Changes nothing; contacts the cluster where filters
 * name kinds, leave some out or hold patterns of namespaces, and the location where a restore names its backup. Throws
 * InvalidInputError for names that nothing answers to, and what connections, stores and the list of a backup throw.
 */
export async function planRbac(
  request: Backup | Restore,
  sources: RbacSources,
  around: Partial<Around> = {},
): Promise<RbacPlan> {
  const all = { ...AROUND, ...around }
  const { unknown, ...rights } = await (request.kind === 'Backup'
    ? forBackup(request, sources, all)
    : forRestore(request, sources, all))
  if (unknown.length > 0)
    throw new InvalidInputError(unknown.join('\n'), {
      next: 'Correct the name; `kubectl api-resources` and `kubectl get namespaces` list what there is.',
    })
  return { ...rights, powers: powersOf(rights) }
}

type Planned = Rights & { unknown: string[] }

async function forBackup(request: Backup, sources: RbacSources, around: Around): Promise<Planned> {
  const { spec } = defaultBackup(request, { location: 'default', now: new Date(0) })
  const known = isForAnyCluster(spec) ? undefined : await lookAtCluster(sources, around)
  const { unknown, ...rights } = backupRights(spec, known)
  const missing = known === undefined ? [] : unknown.namespaces.map(noNamespace)
  return { ...rights, unknown: [...missing, ...unknown.resources.map(noKind)] }
}

async function forRestore(request: Restore, sources: RbacSources, around: Around): Promise<Planned> {
  const restore = defaultRestore(request)
  const { backupName } = restore.spec
  if (!backupName && isForAnyTarget(restore)) return restoreRights(restore, undefined, undefined)
  const known = await lookAtCluster(sources, around)
  const holds = backupName ? await held(backupName, known, sources, around) : undefined
  const { unknown, ...rights } = restoreRights(restore, known, holds)
  const named = (restore.spec.includedNamespaces ?? []).filter(name => name !== '' && !hasWildcard(name))
  const missing = named.filter(name => holds !== undefined && !holds.namespaces.includes(name))
  const notHeld = missing.map(
    name => `the backup ${JSON.stringify(backupName)} has no namespace ${JSON.stringify(name)}`,
  )
  return { ...rights, unknown: [...notHeld, ...unknown.map(noKind)] }
}

async function held(backup: string, { discovery }: KnownCluster, sources: RbacSources, around: Around) {
  const store = await around.openStore(await sources.location())
  try {
    return await heldBy(store, backup, discovery)
  } finally {
    await store.close()
  }
}

/** Whoever prints rights for others may list namespaces. */
async function lookAtCluster(sources: RbacSources, { connect }: Around): Promise<KnownCluster> {
  const { transport } = await connect(await sources.cluster())
  try {
    const discovery = await discover(transport)
    const { namespaces } = await existingNamespaces(transport, discovery, [])
    return { discovery, namespaces }
  } finally {
    await transport.close()
  }
}

const noNamespace = (name: string) => `--include-namespaces: no namespace ${JSON.stringify(name)} exists in the cluster`
const noKind = (name: string) => `the cluster serves no resource ${JSON.stringify(name)}`
