import { byBytes } from '../../velero/byte-order.ts'
import { usesOldFilters } from '../../velero/resource-filters.ts'
import { formatSelector } from '../../velero/selector.ts'
import type { BackupHooks, BackupResourceHookSpec, BackupSpec, ExecHook } from '../../velero/types.ts'
import { joined, NONE, triState } from './describe-parts.ts'
import { goDuration } from './times.ts'

/** The lines about a backup's spec in `describe`, in the layout of Velero 1.18, for `alignTabs`. */
export function backupSpecText(spec: BackupSpec): string[] {
  return [
    'Namespaces:',
    `\tIncluded:\t${joined(spec.includedNamespaces, '*')}`,
    `\tExcluded:\t${joined(spec.excludedNamespaces, NONE)}`,
    '',
    'Resources:',
    ...(usesOldFilters(spec) ? oldFilters(spec) : scopedFilters(spec)),
    '',
    `Label selector:\t${formatSelector(spec.labelSelector)}`,
    '',
    `Or label selector:\t${spec.orLabelSelectors?.map(formatSelector).join(' or ') || NONE}`,
    '',
    `Storage Location:\t${spec.storageLocation ?? ''}`,
    '',
    ...volumes(spec),
    '',
    `TTL:\t${goDuration(spec.ttl)}`,
    '',
    `CSISnapshotTimeout:\t${goDuration(spec.csiSnapshotTimeout)}`,
    `ItemOperationTimeout:\t${goDuration(spec.itemOperationTimeout)}`,
    '',
    ...hooks(spec.hooks),
    ...order(spec.orderedResources),
  ]
}

/** Its own block, before the spec. */
export function uploaderText({ uploaderConfig }: BackupSpec): string[] {
  const files = uploaderConfig?.parallelFilesUpload ?? 0
  return files > 0 ? ['', 'Uploader config:', `\tParallel files upload:\t${files}`] : []
}

function oldFilters({ includedResources, excludedResources, includeClusterResources }: BackupSpec): string[] {
  return [
    `\tIncluded:\t${joined(includedResources, '*')}`,
    `\tExcluded:\t${joined(excludedResources, NONE)}`,
    `\tCluster-scoped:\t${triState(includeClusterResources, 'included', 'excluded')}`,
  ]
}

function scopedFilters(spec: BackupSpec): string[] {
  return [
    `\tIncluded cluster-scoped:\t${joined(spec.includedClusterScopedResources, NONE)}`,
    `\tExcluded cluster-scoped:\t${joined(spec.excludedClusterScopedResources, NONE)}`,
    `\tIncluded namespace-scoped:\t${joined(spec.includedNamespaceScopedResources, '*')}`,
    `\tExcluded namespace-scoped:\t${joined(spec.excludedNamespaceScopedResources, NONE)}`,
  ]
}

function volumes({ snapshotVolumes, defaultVolumesToFsBackup, snapshotMoveData, datamover }: BackupSpec): string[] {
  return [
    `Velero-Native Snapshot PVs:\t${triState(snapshotVolumes)}`,
    ...(defaultVolumesToFsBackup === undefined ? [] : [`File System Backup (Default):\t${defaultVolumesToFsBackup}`]),
    `Snapshot Move Data:\t${triState(snapshotMoveData)}`,
    `Data Mover:\t${datamover || 'velero'}`,
  ]
}

function hooks({ resources = [] }: BackupHooks = {}): string[] {
  if (resources.length === 0) return [`Hooks:\t${NONE}`]
  return ['Hooks:', '\tResources:', ...resources.flatMap(hook => [`\t\t${hook.name}:`, ...resourceHook(hook)])]
}

function resourceHook(hook: BackupResourceHookSpec): string[] {
  return [
    '\t\t\tNamespaces:',
    `\t\t\t\tIncluded:\t${joined(hook.includedNamespaces, '*')}`,
    `\t\t\t\tExcluded:\t${joined(hook.excludedNamespaces, NONE)}`,
    '',
    '\t\t\tResources:',
    `\t\t\t\tIncluded:\t${joined(hook.includedResources, '*')}`,
    `\t\t\t\tExcluded:\t${joined(hook.excludedResources, NONE)}`,
    '',
    `\t\t\tLabel selector:\t${formatSelector(hook.labelSelector)}`,
    ...(hook.pre ?? []).flatMap(({ exec }) => execHook('Pre', exec)),
    ...(hook.post ?? []).flatMap(({ exec }) => execHook('Post', exec)),
  ]
}

function execHook(when: 'Pre' | 'Post', hook: ExecHook | undefined): string[] {
  if (hook === undefined) return []
  return [
    '',
    `\t\t\t${when} Exec Hook:`,
    `\t\t\t\tContainer:\t${hook.container ?? ''}`,
    `\t\t\t\tCommand:\t${hook.command.join(' ')}`,
    `\t\t\t\tOn Error:\t${hook.onError ?? ''}`,
    `\t\t\t\tTimeout:\t${goDuration(hook.timeout)}`,
  ]
}

/** By kind, where Velero shows them in any order. */
function order(resources: BackupSpec['orderedResources']): string[] {
  if (resources === undefined || Object.keys(resources).length === 0) return []
  const kinds = Object.entries(resources).toSorted(([a], [b]) => byBytes(a, b))
  return ['', 'OrderedResources:', ...kinds.map(([kind, names]) => `\t${kind}: ${names}`)]
}
