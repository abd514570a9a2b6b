import type { RestoreDescription } from '../../jobs/types-describe.ts'
import { formatSelector } from '../../velero/selector.ts'
import type { Restore, RestoreSpec, RestoreStatus } from '../../velero/types-restore.ts'
import { phaseInColour } from './colours.ts'
import { deletionText } from './deletion-text.ts'
import {
  failureReason,
  joined,
  mapText,
  metadataText,
  NONE,
  referenceText,
  triState,
  validationErrors,
} from './describe-parts.ts'
import { restoreFacts } from './lateen-facts.ts'
import { operationsText } from './operations-text.ts'
import { resourceListText } from './resource-list-text.ts'
import { resultsText, unreadable } from './results-text.ts'
import { alignTabs } from './tabbed.ts'
import { type Clock, goDuration, goTime } from './times.ts'
import { restoredSnapshotsText } from './volumes-text.ts'

/** What a restore that left no record does not tell. */
export const UNKNOWN = '<unknown>'

/** What `restore describe` prints of one, piece by piece: in the layout of Velero 1.18, and then what only we know. */
export async function* restoreText(
  description: RestoreDescription,
  clock: Clock,
  details: boolean,
): AsyncGenerator<string> {
  const { view, results, operations, resourceList, snapshots, deletion } = description
  const { restore, unrecorded = false } = view
  const { metadata, spec, status = {} } = restore
  const none = (text: string) => (unrecorded ? UNKNOWN : text)
  yield alignTabs([
    ...metadataText({ ...metadata, namespace: metadata.namespace ?? none('') }, none(NONE)),
    '',
    ...phaseText(restore, none('New'), deletion !== undefined),
    ...failureReason(status.failureReason),
    '',
    `Started:\t${status.startTimestamp ? goTime(status.startTimestamp, clock) : none('<n/a>')}`,
    `Completed:\t${status.completionTimestamp ? goTime(status.completionTimestamp, clock) : none('<n/a>')}`,
    ...validationErrors(status.validationErrors),
    ...resultsText(results, status, unreadable('file not found')),
    '',
    `Backup:\t${spec.backupName ?? none('')}`,
    '',
    ...selectionText(spec, unrecorded),
    ...restoredSnapshotsText(snapshots, details),
    '',
    ...optionsText(spec, unrecorded),
    '',
    ...operationsText(
      'Restore',
      {
        attempted: status.restoreItemOperationsAttempted,
        completed: status.restoreItemOperationsCompleted,
        failed: status.restoreItemOperationsFailed,
      },
      operations,
      clock,
    ),
    ...hooksText(status),
    ...(details ? [''] : []),
  ])
  if (details && resourceList !== undefined) yield* resourceListText('restore', resourceList)
  yield alignTabs([
    ...deletionText(description, `lateen restore delete ${metadata.name}`, clock),
    ...restoreFacts(description, clock),
  ])
}

function phaseText({ metadata, status = {} }: Restore, none: string, isDeleted: boolean): string[] {
  const phase = status.phase || none
  const shown = isDeleted || metadata.deletionTimestamp ? `${phase} (Deleting)` : phase
  const hasLog = phase === 'Failed' || phase === 'PartiallyFailed'
  const note = hasLog ? ` (run 'lateen restore logs ${metadata.name}' for more information)` : ''
  const atWork = phase === 'InProgress'
  const { progress } = status
  return [
    `Phase:\t${phaseInColour(phase, shown)}${note}`,
    ...(progress === undefined
      ? []
      : [
          `${atWork ? 'Estimated total' : 'Total'} items to be restored:\t${progress.totalItems ?? 0}`,
          `Items restored${atWork ? ' so far' : ''}:\t${progress.itemsRestored ?? 0}`,
        ]),
  ]
}

/** What was asked for of the backup's objects. */
function selectionText(spec: RestoreSpec, unrecorded: boolean): string[] {
  const none = (text: string) => (unrecorded ? UNKNOWN : text)
  const { includedNamespaces: included } = spec
  const everything = included?.length === 1 && included[0] === '*'
  return [
    'Namespaces:',
    `\tIncluded:\t${joined(everything ? undefined : included, none('all namespaces found in the backup'))}`,
    `\tExcluded:\t${joined(spec.excludedNamespaces, none(NONE))}`,
    '',
    'Resources:',
    `\tIncluded:\t${joined(spec.includedResources, none('*'))}`,
    `\tExcluded:\t${joined(spec.excludedResources, none(NONE))}`,
    `\tCluster-scoped:\t${unrecorded ? UNKNOWN : triState(spec.includeClusterResources, 'included', 'excluded')}`,
    '',
    ...mapText('Namespace mappings', spec.namespaceMapping, none(NONE)),
    '',
    `Label selector:\t${unrecorded ? UNKNOWN : formatSelector(spec.labelSelector)}`,
    '',
    `Or label selector:\t${spec.orLabelSelectors?.map(formatSelector).join(' or ') || none(NONE)}`,
    '',
    `Restore PVs:\t${unrecorded ? UNKNOWN : triState(spec.restorePVs)}`,
  ]
}

/** How objects are restored. The first label ends in a space, in Velero as here. */
function optionsText(spec: RestoreSpec, unrecorded: boolean): string[] {
  const { writeSparseFiles, parallelFilesDownload = 0 } = spec.uploaderConfig ?? {}
  return [
    `Existing Resource Policy: \t${spec.existingResourcePolicy || (unrecorded ? UNKNOWN : NONE)}`,
    `ItemOperationTimeout:\t${unrecorded ? UNKNOWN : goDuration(spec.itemOperationTimeout)}`,
    '',
    `Preserve Service NodePorts:\t${unrecorded ? UNKNOWN : triState(spec.preserveNodePorts)}`,
    ...referenceText('Resource modifier', spec.resourceModifier),
    ...(spec.uploaderConfig === undefined ? [] : ['', 'Uploader config:']),
    ...(writeSparseFiles === true ? ['\tWrite Sparse Files:\ttrue'] : []),
    ...(parallelFilesDownload > 0 ? [`\tParallel Restore:\t${parallelFilesDownload}`] : []),
  ]
}

function hooksText({ hookStatus }: RestoreStatus): string[] {
  if (hookStatus === undefined) return []
  const { hooksAttempted = 0, hooksFailed = 0 } = hookStatus
  return ['', `HooksAttempted: \t${hooksAttempted}`, `HooksFailed: \t${hooksFailed}`]
}
