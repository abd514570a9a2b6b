import { existingNamespaces } from '../backup/namespaces.ts'
import { type NamespaceInfo, type Selection, selectBackup, specWarnings } from '../backup/select/index.ts'
import type { Finding } from '../backup/select/types.ts'
import type { Connection } from '../cluster/connect.ts'
import { discover } from '../cluster/discovery.ts'
import { getObject } from '../cluster/objects.ts'
import type { Discovery, ServerVersion } from '../cluster/types.ts'
import { serverVersion } from '../cluster/version.ts'
import type { LocationSettings } from '../config/types.ts'
import { applySourceCluster, defaultBackup } from '../velero/defaults.ts'
import { LateenError, messageOf } from '../velero/errors.ts'
import { parseResourcePolicies, type ResourcePolicies } from '../velero/resource-policies.ts'
import type { Backup } from '../velero/types.ts'
import { validateBackup } from '../velero/validate.ts'

/** A request that was found good, and what the cluster said to it. */
export interface Prepared {
  /** With defaults and source cluster, no status but version, format and expiration. */
  backup: Backup
  discovery: Discovery
  namespaces: readonly NamespaceInfo[]
  selection: Selection
  /** What is known to be wrong or left out before the first list. */
  findings: Finding[]
}

/** Annotations of ours on the record. */
export const CLUSTER_ANNOTATION = 'lateen.io/cluster'
export const LEFT_OUT_ANNOTATION = 'lateen.io/left-out-cluster-scoped-kinds'

/** What the manifest and the location alone tell to be wrong, before anything is contacted; Velero's validationErrors. */
export function problemsOf(manifest: Backup, location: LocationSettings, now: Date): string[] {
  const backup = defaultBackup(manifest, { location: location.name, now })
  return validateBackup(backup, {
    location: { name: location.name, accessMode: location.spec.accessMode ?? 'ReadWrite' },
  })
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
  const backup = describe(defaultBackup(manifest, { location: location.name, now }), connection, version)
  const named = (backup.spec.includedNamespaces ?? []).filter(name => name !== '*' && name !== '')
  const [namespaces, policies] = await Promise.all([
    existingNamespaces(transport, discovery, named),
    readPolicies(backup, connection),
  ])
  const selection = selectBackup(backup.spec, discovery, namespaces, policies.value?.includeExcludePolicy)
  if (selection.excludedNamespaces.length > 0) backup.spec.excludedNamespaces = [...selection.excludedNamespaces]
  const findings = [
    ...discovery.dead.map(deadGroup),
    ...specWarnings(backup.spec, policies.value?.volumePolicies?.length ?? 0).map(warning),
    ...selection.findings,
  ]
  if (selection.leftOut !== undefined) {
    const { kinds, flag } = selection.leftOut
    backup.metadata.annotations = { ...backup.metadata.annotations, [LEFT_OUT_ANNOTATION]: String(kinds) }
    findings.push(
      warning(`${kinds} cluster-scoped kinds were left out, as Velero 1.18 does by default: add them with ${flag}`),
    )
  }
  return { backup, discovery, namespaces, selection, findings, problems: policies.problems }
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
    if (json === undefined) throw new LateenError(`configmaps ${JSON.stringify(resourcePolicy.name)} not found`)
  } catch (error) {
    if (!(error instanceof LateenError)) throw error
    return { problems: [`fail to get ResourcePolicies ${where} ConfigMap with error ${error.message}`] }
  }
  try {
    const { data = {} } = JSON.parse(json.toString('utf8')) as { data?: Record<string, string> }
    return { value: parseResourcePolicies(data), problems: [] }
  } catch (error) {
    return { problems: [`fail to read the ResourcePolicies from ConfigMap ${where}: ${messageOf(error)}`] }
  }
}
