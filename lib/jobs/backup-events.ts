import type { SQSBatchResponse } from 'aws-lambda'
import { type Clock, systemClock } from '../cluster/clock.ts'
import type { Place } from '../config/places.ts'
import type { Settings } from '../config/types.ts'
import { openStore } from '../store/open.ts'
import type { Backup, BackupPhase } from '../velero/types.ts'
import type { OpenStore } from './dropped.ts'
import { handleEvent } from './events.ts'
import { answerOf, type EventAnswer, type Invocation, type Requests, type RunOptions, take } from './invocation.ts'
import { backupOf } from './messages.ts'
import { isTick, type TickAnswer, tickAll } from './tick-events.ts'
import type { BackupResult } from './types.ts'

export interface BackupInvocation extends Invocation {
  createBackup(settings: Settings, manifest: Backup, options: RunOptions): Promise<BackupResult>
  /** Where schedules lie. */
  places: readonly Place[]
}

export type BackupAnswer = EventAnswer<BackupPhase>

/**
 * Answers any event of the backup function: messages of its queue, a timer's, a direct call. A timer that asks for all schedules
 * to be looked at is answered with what was done in each location.
 */
export async function handleBackupEvent(
  event: unknown,
  invocation: BackupInvocation,
  open: OpenStore = openStore,
  clock: Pick<Clock, 'sleep'> = systemClock,
): Promise<SQSBatchResponse | BackupAnswer | TickAnswer[]> {
  const requests: Requests<Backup, BackupPhase> = {
    word: 'Backup',
    read: backupOf,
    locationOf: ({ spec }) => spec.storageLocation || undefined,
    run: async (settings, manifest, options) => {
      const result = await invocation.createBackup(settings, manifest, options)
      return answerOf(result.backup, result.backup.status?.progress?.itemsBackedUp, result)
    },
  }
  if (!isTick(event)) return handleEvent(event, requests, invocation)
  return tickAll(invocation.places, backup => take(backup, requests, invocation), invocation, open, clock)
}
