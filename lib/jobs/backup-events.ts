import type { SQSBatchResponse } from 'aws-lambda'
import { type Clock, systemClock } from '../cluster/clock.ts'
import type { Place } from '../config/places.ts'
import type { Settings } from '../config/types.ts'
import { openStore } from '../store/open.ts'
import type { Backup, BackupPhase } from '../velero/types.ts'
import type { OpenStore } from './dropped.ts'
import { handleEvent } from './events.ts'
import { type EventAnswer, type Invocation, type Ran, type Requests, type RunOptions, take } from './invocation.ts'
import { backupOf } from './messages.ts'
import { isTick, type TickAnswer, tickAll } from './tick-events.ts'
import type { BackupResult } from './types.ts'

export interface BackupRunOptions extends RunOptions {
  onEnded(result: BackupResult): void
  onUnsent(problem: string): void
}

export interface BackupInvocation extends Invocation {
  createBackup(settings: Settings, manifest: Backup, options: BackupRunOptions): Promise<BackupResult>
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
  const requests: Requests<Backup> = {
    word: 'Backup',
    service: 'backup',
    read: backupOf,
    locationOf: ({ spec }) => spec.storageLocation || undefined,
    run: async (settings, manifest, options, { ended, unsent }) => {
      const told = { ...options, onEnded: (result: BackupResult) => ended(ranOf(result)), onUnsent: unsent }
      return ranOf(await invocation.createBackup(settings, manifest, told))
    },
  }
  if (!isTick(event)) return handleEvent(event, requests, invocation)
  const answers = await tickAll(
    invocation.places,
    backup => take(backup, requests, invocation),
    invocation,
    open,
    clock,
  )
  invocation.measure({ service: 'backup', values: { Timers: 1 }, about: {} })
  return answers
}

function ranOf({ backup, ...ran }: BackupResult): Ran<Backup> {
  return { record: backup, items: backup.status?.progress?.itemsBackedUp ?? 0, ...ran }
}
