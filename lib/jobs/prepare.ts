import { existingNamespaces, type KnownNamespaces } from '../backup/namespaces.ts'
import { type NamespaceInfo, type Selection, selectBackup, specWarnings } from '../backup/select/index.ts'
import type { Finding, IncludeExcludePolicy } from '../backup/select/types.ts'
import type { Connection } from '../cluster/connect.ts'
import { discover, discoveryFrom } from '../cluster/discovery.ts'
import { getObject } from '../cluster/objects.ts'
import type { Discovery, ServerVersion } from '../cluster/types.ts'
import { serverVersion } from '../cluster/version.ts'
import type { LocationSettings } from '../config/types.ts'
import { CLUSTER_ANNOTATION, NOTE_ANNOTATION } from '../velero/annotations.ts'
import { applySourceCluster, defaultBackup } from '../velero/defaults.ts'
import { LateenError, messageOf } from '../velero/errors.ts'
import { lifetimeProblems } from '../velero/lifetime.ts'
import { parseResourcePolicies, type ResourcePolicies } from '../velero/resource-policies.ts'
import type { Backup } from '../velero/types.ts'
import { type ValidationContext, validateBackup } from '../velero/validate.ts'
import { placeProblems } from './refuse.ts'

/** What a plan follows from, beside the spec; a checkpoint keeps it. */
export interface PlanBasis extends KnownNamespaces {
  resources: Discovery['resources']
  served: Discovery['served']
  dead: Discovery['dead']
  policy?: IncludeExcludePolicy
}

/** A request that was found good, and what the cluster said to it. */
export interface Prepared {
  /** With defaults and source cluster, no status but version, format and expiration. */
  backup: Backup
  basis: PlanBasis
  discovery: Discovery
  namespaces: readonly NamespaceInfo[]
  selection: Selection
  /** What is known to be wrong or left out before the first list. */
  findings: Finding[]
}

/** What the manifest and the location alone tell to be wrong, before anything is contacted; Velero's validationErrors. */
export function problemsOf(manifest: Backup, location: LocationSettings): string[] {
  return [
    ...validateBackup(manifest, validationContext(location)),
    ...lifetimeProblems(manifest),
    ...placeProblems(manifest.spec, location),
  ]
}

function validationContext({ name, spec }: LocationSettings): ValidationContext {
  return { location: { name, accessMode: spec.accessMode ?? 'ReadWrite' } }
}

/**
 * Reads from the cluster what a plan needs, in few requests. `problems` are further validation errors, such as a
 * resource policy that can't be read.
 */
export async function prepare(
  manifest: Backup,
  connection: Connection,
  location: LocationSettings,
  now: Date,
): Promise<Prepared & { problems: string[] }> {
  const { transport } = connection
  const [discovery, version] = await Promise.all([discover(transport), serverVersion(transport)])
  const defaults = { location: location.name, now, retention: location.retention }
  const backup = describe(defaultBackup(manifest, defaults), connection, version)
  const named = (backup.spec.includedNamespaces ?? []).filter(name => name !== '*' && name !== '')
  const [known, policies] = await Promise.all([
    existingNamespaces(transport, discovery, named),
    readPolicies(backup, connection),
  ])
  const { resources, served, dead } = discovery
  const policy = policies.value?.includeExcludePolicy
  const basis: PlanBasis = { resources, served, dead, ...known, ...(policy && { policy }) }
  const { selection } = planFrom(backup, basis)
  const problems = policies.value
    ? validateBackup(manifest, { ...validationContext(location), resourcePolicies: policies.value })
    : policies.problems
  if (selection.excludedNamespaces.length > 0) backup.spec.excludedNamespaces = [...selection.excludedNamespaces]
  const findings = [
    ...discovery.dead.map(deadGroup),
    ...specWarnings(backup.spec, policies.value?.volumePolicies?.length ?? 0).map(warning),
    ...selection.findings,
  ]
  if (selection.leftOut !== undefined) {
    const { kinds, flag } = selection.leftOut
    const what = kinds === 1 ? '1 cluster-scoped kind was left out' : `${kinds} cluster-scoped kinds were left out`
    const note = `${what}, as Velero 1.18 does by default: add ${kinds === 1 ? 'it' : 'them'} with ${flag}`
    backup.metadata.annotations = { ...backup.metadata.annotations, [NOTE_ANNOTATION]: note }
    findings.push(warning(note))
  }
  return { backup, basis, discovery, namespaces: known.namespaces, selection, findings, problems }
}

/** Decides anew from the same basis, as a run does that is gone on with: what exists meanwhile does not count. */
export function planFrom(backup: Backup, basis: PlanBasis): Pick<Prepared, 'discovery' | 'namespaces' | 'selection'> {
  const discovery = discoveryFrom(basis)
  const { namespaces, policy, complete } = basis
  return { discovery, namespaces, selection: selectBackup(backup.spec, discovery, namespaces, policy, complete) }
}

function describe(backup: Backup, connection: Connection, version: ServerVersion): Backup {
  const described = applySourceCluster(backup, version)
  const annotations = { ...described.metadata.annotations }
  annotations[CLUSTER_ANNOTATION] ??= connection.name
  return { ...described, metadata: { ...described.metadata, annotations } }
}

/** A group that does not answer keeps its kinds out of the backup, and nothing else. */
function deadGroup({ group, version, apiService }: Discovery['dead'][number]): Finding {
  return {
    level: 'warning',
    message: `Failed to discover group: ${group}/${version}`,
    error: `stale GroupVersion discovery: ${group}/${version}: the service behind the APIService ${apiService} does not answer; its kinds are not in this backup`,
  }
}

function warning(message: string): Finding {
  return { level: 'warning', message }
}

async function readPolicies(
  backup: Backup,
  { transport }: Connection,
): Promise<{ value?: ResourcePolicies; problems: string[] }> {
  const { resourcePolicy } = backup.spec
  if (resourcePolicy === undefined) return { problems: [] }
  const where = `${backup.metadata.namespace}/${resourcePolicy.name}`
  let json: Buffer | undefined
  try {
    const target = { namespace: backup.metadata.namespace, name: resourcePolicy.name }
    json = await getObject(transport, { group: '', version: 'v1', name: 'configmaps' }, target)
    if (json === undefined) throw new LateenError(`ConfigMap ${JSON.stringify(resourcePolicy.name)} not found`)
  } catch (error) {
    if (!(error instanceof LateenError)) throw error
    return { problems: [`fail to get ResourcePolicies ${where} ConfigMap with error ${error.message}`] }
  }
  try {
    const { data = {} } = JSON.parse(json.toString('utf8')) as { data?: Record<string, string> }
    return { value: parseResourcePolicies(data, where), problems: [] }
  } catch (error) {
    return { problems: [messageOf(error)] }
  }
}
