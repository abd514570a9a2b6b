import type { RestoreDescription } from '../../jobs/types-describe.ts'
import { CLUSTER_ANNOTATION, ELSEWHERE_ANNOTATION } from '../../velero/annotations.ts'
import { formatSelector } from '../../velero/selector.ts'
import type { RestoreSpec, RestoreStatus } from '../../velero/types-restore.ts'
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
import { restoredSnapshotsPart } from './volumes-document.ts'

/** What `restore describe -o json` tells of one, which Velero does not have: docs/describe-json.md. */
export function restoreDocument(description: RestoreDescription, clock: Clock, details: boolean): Json {
  const { view, results, operations, resourceList, snapshots } = description
  const { restore, unrecorded } = view
  const { metadata, spec, status = {} } = restore
  return {
    apiVersion: API_VERSION,
    kind: 'RestoreDescription',
    metadata: metadataPart(metadata),
    phase: status.phase || (unrecorded ? null : 'New'),
    validationErrors: status.validationErrors?.length ? status.validationErrors : undefined,
    ...resultParts(results, status),
    spec: unrecorded ? { backup: spec.backupName } : specPart(spec),
    status: {
      ...statusPart(status, clock),
      ...(details && resourceListParts('restore', resourceList)),
      csiSnapshotRestores: restoredSnapshotsPart(snapshots, details),
      ...hookParts(status),
      itemOperations: operationsPart(
        {
          attempted: status.restoreItemOperationsAttempted,
          completed: status.restoreItemOperationsCompleted,
          failed: status.restoreItemOperationsFailed,
        },
        operations,
      ),
    },
    deletionAttempts: deletionPart(description, `lateen restore delete ${metadata.name}`, clock),
    lateen: {
      uid: metadata.uid,
      failureReason: status.failureReason || undefined,
      startTimestamp: status.startTimestamp,
      completionTimestamp: status.completionTimestamp,
      durationSeconds: secondsOf(status),
      errors: status.errors ?? 0,
      warnings: status.warnings ?? 0,
      objects: resourceList?.is === 'read' ? resourceList.value.outcomes : undefined,
      ...folderParts(description),
      cluster: metadata.annotations?.[CLUSTER_ANNOTATION],
      backupLocation: metadata.annotations?.[ELSEWHERE_ANNOTATION],
      recorded: unrecorded !== true,
      run: runPart(view.unfinished, clock),
    },
  }
}

function specPart(spec: RestoreSpec): Json {
  const { resourceModifier: modifier, uploaderConfig: uploader } = spec
  return {
    backup: spec.backupName ?? '',
    namespaces: {
      included: joined(spec.includedNamespaces, '*'),
      excluded: joined(spec.excludedNamespaces, NONE),
    },
    resources: {
      included: joined(spec.includedResources, '*'),
      excluded: joined(spec.excludedResources, NONE),
      clusterScoped: triState(spec.includeClusterResources, 'included', 'excluded'),
    },
    namespaceMappings: spec.namespaceMapping ?? {},
    labelSelector: formatSelector(spec.labelSelector),
    orLabelSelector: spec.orLabelSelectors?.map(formatSelector).join(' or ') || NONE,
    restorePVs: triState(spec.restorePVs),
    existingResourcePolicy: spec.existingResourcePolicy || NONE,
    itemOperationTimeout: goDuration(spec.itemOperationTimeout),
    preserveServiceNodePorts: triState(spec.preserveNodePorts),
    resourceModifier: modifier && { type: modifier.kind, name: modifier.name },
    uploaderConfig: uploader && {
      writeSparseFiles: uploader.writeSparseFiles === true,
      parallelFilesDownload: uploader.parallelFilesDownload || undefined,
    },
  }
}

function statusPart({ phase, progress, ...status }: RestoreStatus, clock: Clock): Json {
  const { totalItems = 0, itemsRestored = 0 } = progress ?? {}
  return {
    started: status.startTimestamp ? goTime(status.startTimestamp, clock) : '<n/a>',
    completed: status.completionTimestamp ? goTime(status.completionTimestamp, clock) : '<n/a>',
    ...(progress &&
      (phase === 'InProgress'
        ? { estimatedTotalItemsToBeRestored: totalItems, itemsRestoredSoFar: itemsRestored }
        : { totalItemsToBeRestored: totalItems, itemsRestored })),
  }
}
