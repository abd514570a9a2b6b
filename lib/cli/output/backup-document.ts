import type { BackupDescription } from '../../jobs/types-describe.ts'
import { CLUSTER_ANNOTATION, RETENTION_ANNOTATION } from '../../velero/annotations.ts'
import { usesOldFilters } from '../../velero/resource-filters.ts'
import { formatSelector } from '../../velero/selector.ts'
import type { BackupHooks, BackupSpec, BackupStatus, ExecHook } from '../../velero/types.ts'
import { joined, NONE, triState } from './describe-parts.ts'
import {
  API_VERSION,
  deletionPart,
  folderParts,
  hookParts,
  type Json,
  metadataPart,
  operationsPart,
  resourceListParts,
  resultParts,
  runPart,
} from './document-parts.ts'
import { type Clock, goDuration, goTime, secondsOf } from './times.ts'
import { backupVolumesPart } from './volumes-document.ts'

/** What `backup describe -o json` tells of one: docs/describe-json.md. */
export function backupDocument(description: BackupDescription, clock: Clock, details: boolean): Json {
  const { view, results, operations, resourceList, volumes, podVolumes } = description
  const { metadata, spec, status = {} } = view.backup
  const { resourcePolicy: policy } = spec
  return {
    apiVersion: API_VERSION,
    kind: 'BackupDescription',
    metadata: metadataPart(metadata),
    phase: status.phase || 'New',
    resourcePolicies: policy && { type: policy.kind, name: policy.name },
    validationErrors: status.validationErrors?.length ? status.validationErrors : undefined,
    ...resultParts(results, status),
    spec: specPart(spec),
    status: {
      ...statusPart(status, clock),
      ...resourceListParts('backup', resourceList),
      backupVolumes: backupVolumesPart(volumes, podVolumes, details),
      ...hookParts(status),
      itemOperations: operationsPart(
        {
          attempted: status.backupItemOperationsAttempted,
          completed: status.backupItemOperationsCompleted,
          failed: status.backupItemOperationsFailed,
        },
        operations,
      ),
    },
    deletionAttempts: deletionPart(description, `lateen backup delete ${metadata.name}`, clock),
    lateen: {
      uid: metadata.uid,
      failureReason: status.failureReason || undefined,
      startTimestamp: status.startTimestamp,
      completionTimestamp: status.completionTimestamp,
      expiration: status.expiration,
      durationSeconds: secondsOf(status),
      errors: status.errors ?? 0,
      warnings: status.warnings ?? 0,
      ...folderParts(description),
      cluster: metadata.annotations?.[CLUSTER_ANNOTATION],
      retention: metadata.annotations?.[RETENTION_ANNOTATION],
      note: view.note,
      run: runPart(view.unfinished, clock),
    },
  }
}

function specPart(spec: BackupSpec): Json {
  const files = spec.uploaderConfig?.parallelFilesUpload
  return {
    namespaces: filter(spec.includedNamespaces, spec.excludedNamespaces),
    resources: {
      ...filter(spec.includedResources, spec.excludedResources),
      clusterScoped: triState(spec.includeClusterResources, 'included', 'excluded'),
    },
    // Ours: Velero's document says nothing of the filters that stand for the three above.
    scopedResources: usesOldFilters(spec)
      ? undefined
      : {
          clusterScoped: filter(spec.includedClusterScopedResources, spec.excludedClusterScopedResources, NONE),
          namespaceScoped: filter(spec.includedNamespaceScopedResources, spec.excludedNamespaceScopedResources),
        },
    labelSelector: formatSelector(spec.labelSelector),
    orLabelSelector: spec.orLabelSelectors?.map(formatSelector).join(' or ') || NONE,
    storageLocation: spec.storageLocation ?? '',
    veleroNativeSnapshotPVs: triState(spec.snapshotVolumes),
    veleroSnapshotMoveData: triState(spec.snapshotMoveData),
    fileSystemBackup: triState(spec.defaultVolumesToFsBackup),
    dataMover: spec.datamover || NONE,
    uploaderConfig: files ? { parallelFilesUpload: files } : undefined,
    TTL: goDuration(spec.ttl),
    CSISnapshotTimeout: goDuration(spec.csiSnapshotTimeout),
    itemOperationTimeout: goDuration(spec.itemOperationTimeout),
    hooks: hooksPart(spec.hooks),
    orderedResources: spec.orderedResources,
  }
}

function filter(included: readonly string[] | undefined, excluded: readonly string[] | undefined, all = '*'): Json {
  return { included: joined(included, all), excluded: joined(excluded, NONE) }
}

function hooksPart({ resources = [] }: BackupHooks = {}): Json | undefined {
  if (resources.length === 0) return undefined
  const hooks = resources.map(hook => [
    hook.name,
    {
      namespaces: filter(hook.includedNamespaces, hook.excludedNamespaces),
      resources: filter(hook.includedResources, hook.excludedResources),
      labelSelector: formatSelector(hook.labelSelector),
      preExecHook: (hook.pre ?? []).flatMap(execPart),
      postExecHook: (hook.post ?? []).flatMap(execPart),
    },
  ])
  return { resources: Object.fromEntries(hooks) }
}

function execPart({ exec }: { exec?: ExecHook }): Json[] {
  if (exec === undefined) return []
  const { container = '', command, onError = '', timeout } = exec
  return [{ container, command: command.join(' '), onError, timeout: goDuration(timeout) }]
}

function statusPart({ phase, progress, ...status }: BackupStatus, clock: Clock): Json {
  const { totalItems = 0, itemsBackedUp = 0 } = progress ?? {}
  return {
    backupFormatVersion: status.formatVersion ?? '',
    started: status.startTimestamp ? goTime(status.startTimestamp, clock) : '<n/a>',
    completed: status.completionTimestamp ? goTime(status.completionTimestamp, clock) : '<n/a>',
    expiration: goTime(status.expiration, clock),
    queuePosition: phase === 'Queued' ? (status.queuePosition ?? 0) : undefined,
    ...(progress &&
      (phase === 'InProgress'
        ? { estimatedTotalItemsToBeBackedUp: totalItems, itemsBackedUpSoFar: itemsBackedUp }
        : { totalItemsToBeBackedUp: totalItems, itemsBackedUp })),
  }
}
