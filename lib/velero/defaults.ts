import { RETENTION_ANNOTATION } from './annotations.ts'
import { formatDuration, parseDuration } from './duration.ts'
import { validateIncludesExcludes, validateScopedIncludesExcludes } from './includes-excludes.ts'
import { shortenLabelValue } from './names.ts'
import { NEVER_COLLECTED, NEVER_COLLECTED_ANY, onlyNeverCollected, usesOldFilters } from './resource-filters.ts'
import { timestamp } from './timestamps.ts'
import type { Backup, BackupSpec, GoDuration, Timestamp } from './types.ts'

/** What Velero 1.18's server uses where neither the Backup nor a server flag says otherwise. */
export const DEFAULT_TTL: GoDuration = '720h0m0s'
const CSI_SNAPSHOT_TIMEOUT = '10m0s'
export const ITEM_OPERATION_TIMEOUT = '4h0m0s'
const RESOURCE_TIMEOUT = '10m0s'
const VOLUME_GROUP_LABEL = 'velero.io/volume-group'

/** `status.version`, the old major version, and the version of the archive's layout. */
export const BACKUP_VERSION = 1
export const BACKUP_FORMAT_VERSION = '1.1.0'

export interface BackupDefaults {
  /** Where it goes if it names none. */
  location: string
  now: Date
  /** How long it stays if it doesn't say. */
  ttl?: GoDuration
  /** The location's policy, if it has any: then what doesn't say how long it stays has no expiration. */
  retention?: string | undefined
}

/**
 * The Backup with everything that Velero's server fills in before it runs one, status included; a status that was there
 * before is replaced. Lists that are invalid stay as they are, for `validateBackup` to report. Namespaces labelled
 * velero.io/exclude-from-backup=true have to be added to excludedNamespaces by the one who can see them.
 */
export function defaultBackup(backup: Backup, { location, now, ttl = DEFAULT_TTL, retention }: BackupDefaults): Backup {
  const { metadata, spec } = backup
  const storageLocation = spec.storageLocation || location
  // Velero never expires what has no expiration; how many of them stay is then for the policy to say.
  const kept = retention !== undefined || metadata.annotations?.[RETENTION_ANNOTATION] !== undefined
  const lifetime = durationOr(spec.ttl, kept ? UNSET : ttl)
  return {
    kind: backup.kind,
    apiVersion: backup.apiVersion,
    metadata: {
      ...metadata,
      labels: { ...metadata.labels, 'velero.io/storage-location': shortenLabelValue(storageLocation) },
      annotations: { ...metadata.annotations, 'velero.io/resource-timeout': RESOURCE_TIMEOUT },
    },
    spec: {
      ...spec,
      ...automaticExcludes(spec),
      includedNamespaces: spec.includedNamespaces?.length ? spec.includedNamespaces : ['*'],
      ttl: lifetime,
      volumeGroupSnapshotLabelKey: spec.volumeGroupSnapshotLabelKey || VOLUME_GROUP_LABEL,
      storageLocation,
      // The name of before 1.10 still wins where it is true, as in 1.18.
      defaultVolumesToFsBackup: spec.defaultVolumesToRestic === true || (spec.defaultVolumesToFsBackup ?? false),
      csiSnapshotTimeout: durationOr(spec.csiSnapshotTimeout, CSI_SNAPSHOT_TIMEOUT),
      itemOperationTimeout: durationOr(spec.itemOperationTimeout, ITEM_OPERATION_TIMEOUT),
      snapshotMoveData: spec.snapshotMoveData ?? false,
    },
    status: {
      version: BACKUP_VERSION,
      formatVersion: BACKUP_FORMAT_VERSION,
      ...(lifetime !== UNSET && { expiration: expiration(now, lifetime) }),
    },
  }
}

function expiration(now: Date, lifetime: GoDuration): Timestamp {
  return timestamp(new Date(now.getTime() + Number(parseDuration(lifetime) / 1_000_000n)))
}

/** Zero means unset in Go. */
const UNSET = '0s'

export function durationOr(text: GoDuration | undefined, fallback: GoDuration): GoDuration {
  return formatDuration(parseDuration(text ?? '0') || parseDuration(fallback))
}

function automaticExcludes(spec: BackupSpec): BackupSpec {
  if (usesOldFilters(spec)) {
    const { includedResources: includes, excludedResources: excludes } = spec
    if (validateIncludesExcludes(includes, excludes).length > 0) return {}
    const lists = withExcluded(includes, excludes, NEVER_COLLECTED_ANY)
    return { includedResources: lists.includes, excludedResources: lists.excludes }
  }
  return {
    ...clusterScoped(spec.includedClusterScopedResources, spec.excludedClusterScopedResources),
    ...namespaceScoped(spec.includedNamespaceScopedResources, spec.excludedNamespaceScopedResources),
  }
}

function clusterScoped(includes: string[] | undefined, excludes: string[] | undefined): BackupSpec {
  if (validateScopedIncludesExcludes(includes, excludes).length > 0) return {}
  const lists = withExcluded(includes, excludes, [NEVER_COLLECTED.clusterScoped])
  return { includedClusterScopedResources: lists.includes, excludedClusterScopedResources: lists.excludes }
}

function namespaceScoped(includes: string[] | undefined, excludes: string[] | undefined): BackupSpec {
  if (validateScopedIncludesExcludes(includes, excludes).length > 0) return {}
  const lists = withExcluded(includes, excludes, [NEVER_COLLECTED.namespaceScoped])
  return { includedNamespaceScopedResources: lists.includes, excludedNamespaceScopedResources: lists.excludes }
}

/** Where nothing would remain of the includes, which would then mean everything, they stay, and the backup is refused. */
function withExcluded(includes: string[] = [], excludes: string[] = [], added: readonly string[]) {
  return {
    includes: onlyNeverCollected(includes) ? includes : includes.filter(item => !added.includes(item)),
    excludes: [...excludes, ...added.filter(item => !excludes.includes(item))],
  }
}

/** The Backup with the annotations that tell which Kubernetes it came from: /version of the API server. */
export function applySourceCluster(
  backup: Backup,
  { major, minor, gitVersion }: { major: string; minor: string; gitVersion: string },
): Backup {
  const annotations = {
    ...backup.metadata.annotations,
    'velero.io/source-cluster-k8s-gitversion': gitVersion,
    'velero.io/source-cluster-k8s-major-version': major,
    'velero.io/source-cluster-k8s-minor-version': minor,
  }
  return { ...backup, metadata: { ...backup.metadata, annotations } }
}
