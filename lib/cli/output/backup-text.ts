import type { BackupDescription } from '../../jobs/types-describe.ts'
import type { Backup, BackupStatus } from '../../velero/types.ts'
import { backupSpecText, uploaderText } from './backup-spec-text.ts'
import { phaseInColour } from './colours.ts'
import { deletionText } from './deletion-text.ts'
import { failureReason, metadataText, referenceText, validationErrors } from './describe-parts.ts'
import { backupFacts } from './lateen-facts.ts'
import { operationsText } from './operations-text.ts'
import { resourceListText } from './resource-list-text.ts'
import { resultsText } from './results-text.ts'
import { alignTabs } from './tabbed.ts'
import { type Clock, goTime } from './times.ts'
import { backupVolumesText } from './volumes-text.ts'

/** What `backup describe` prints of one, piece by piece: in the layout of Velero 1.18, and then what only we know. */
export async function* backupText(
  description: BackupDescription,
  clock: Clock,
  details: boolean,
): AsyncGenerator<string> {
  const { view, results, operations, resourceList, volumes, podVolumes } = description
  const { metadata, spec, status = {} } = view.backup
  const { errors = 0, warnings = 0 } = status
  yield alignTabs([
    ...metadataText(metadata),
    '',
    ...phaseText(view.backup),
    ...failureReason(status.failureReason),
    ...referenceText('Resource policies', spec.resourcePolicy),
    ...uploaderText(spec),
    ...validationErrors(status.validationErrors),
    '',
    ...resultsText(results, status, [`Errors:\t${errors}`, `Warnings:\t${warnings}`]),
    '',
    ...backupSpecText(spec),
    '',
    ...statusText(status, clock),
    ...operationsText(
      'Backup',
      {
        attempted: status.backupItemOperationsAttempted,
        completed: status.backupItemOperationsCompleted,
        failed: status.backupItemOperationsFailed,
      },
      operations,
      clock,
    ),
  ])
  if (resourceList !== undefined) {
    yield* resourceListText('backup', resourceList)
    yield '\n'
  }
  const { hookStatus } = status
  yield alignTabs([
    ...backupVolumesText(volumes, podVolumes, details),
    ...(hookStatus === undefined
      ? []
      : ['', `HooksAttempted:\t${hookStatus.hooksAttempted ?? 0}`, `HooksFailed:\t${hookStatus.hooksFailed ?? 0}`]),
    ...deletionText(description, `lateen backup delete ${metadata.name}`, clock),
    ...backupFacts(description, clock),
  ])
}

function phaseText({ metadata, status = {} }: Backup): string[] {
  const phase = status.phase || 'New'
  const hasLog = phase === 'Failed' || phase === 'PartiallyFailed'
  const note = hasLog ? ` (run \`lateen backup logs ${metadata.name}\` for more information)` : ''
  return [
    `Phase:\t${phaseInColour(phase)}${note}`,
    ...(phase === 'Queued' ? [`Queue position:\t${status.queuePosition ?? 0}`] : []),
  ]
}

function statusText({ phase, progress, ...status }: BackupStatus, clock: Clock): string[] {
  const atWork = phase === 'InProgress'
  return [
    `Backup Format Version:\t${status.formatVersion ?? ''}`,
    '',
    `Started:\t${timeOr(status.startTimestamp, '<n/a>', clock)}`,
    `Completed:\t${timeOr(status.completionTimestamp, '<n/a>', clock)}`,
    '',
    `Expiration:\t${timeOr(status.expiration, '<nil>', clock)}`,
    '',
    ...(progress === undefined
      ? []
      : [
          `${atWork ? 'Estimated total' : 'Total'} items to be backed up:\t${progress.totalItems ?? 0}`,
          `Items backed up${atWork ? ' so far' : ''}:\t${progress.itemsBackedUp ?? 0}`,
          '',
        ]),
  ]
}

function timeOr(time: string | undefined, none: string, clock: Clock): string {
  return time ? goTime(time, clock) : none
}
