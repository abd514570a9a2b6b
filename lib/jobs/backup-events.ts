import type { SQSBatchResponse } from 'aws-lambda'
import type { Settings } from '../config/types.ts'
import type { Backup, BackupPhase } from '../velero/types.ts'
import { handleEvent } from './events.ts'
import { answerOf, type EventAnswer, type Invocation, type RunOptions } from './invocation.ts'
import { backupOf } from './messages.ts'
import type { BackupResult } from './types.ts'

export interface BackupInvocation extends Invocation {
  createBackup(settings: Settings, manifest: Backup, options: RunOptions): Promise<BackupResult>
}

export type BackupAnswer = EventAnswer<BackupPhase>

/** Answers any event of the backup function: messages of its queue, a timer's, a direct call. */
export function handleBackupEvent(
  event: unknown,
  invocation: BackupInvocation,
): Promise<SQSBatchResponse | BackupAnswer> {
  return handleEvent<Backup, BackupPhase>(
    event,
    {
      word: 'Backup',
      read: backupOf,
      locationOf: ({ spec }) => spec.storageLocation || undefined,
      run: async (settings, manifest, options) => {
        const result = await invocation.createBackup(settings, manifest, options)
        return answerOf(result.backup, result.backup.status?.progress?.itemsBackedUp, result)
      },
    },
    invocation,
  )
}
