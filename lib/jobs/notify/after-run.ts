import type { Recorded } from '../../bucket/record-kinds.ts'
import { readOutcome } from '../../bucket/runs.ts'
import { isReadOnly } from '../../config/location.ts'
import type { Settings } from '../../config/types.ts'
import { messageOf } from '../../velero/errors.ts'
import type { Answer, DeskOptions } from '../desk.ts'
import { type Announcing, announce } from './announce.ts'

/**
 * Tells of a run's end whoever is to be told, after the call that ended it, and after each one that found it ended: whoever ended it
 * may have died before. Throws nothing.
 */
export async function announceEnd<T extends Recorded>(
  { record, how, errors, warnings }: Answer<T>,
  { notifications = [] }: Pick<Settings, 'notifications'>,
  parts: Omit<Announcing, 'notifications' | 'remember'>,
  { onUnsent = () => {} }: Pick<DeskOptions, 'onUnsent'>,
): Promise<void> {
  if (how === 'continued' || notifications.length === 0) return
  const remember = !isReadOnly(parts.location)
  // Of what was refused there, nobody knows later that it ended.
  if (how === 'acknowledged' && !remember) return
  try {
    const ended = await endOf(record, how, parts)
    if (ended === undefined) return
    for (const problem of await announce({ record, ended, errors, warnings }, { ...parts, notifications, remember }))
      onUnsent(problem)
  } catch (error) {
    onUnsent(`whether anybody is to be told of ${record.metadata.name} is not known: ${messageOf(error)}`)
  }
}

/** A request that was refused tells no time itself. */
async function endOf(
  { status, metadata: { uid = '' } }: Recorded,
  how: 'finished' | 'acknowledged',
  { store, now }: Pick<Announcing, 'store' | 'now'>,
): Promise<string | undefined> {
  if (status?.completionTimestamp !== undefined) return status.completionTimestamp
  return how === 'finished' ? now().toISOString() : (await readOutcome(store, uid))?.ended
}
