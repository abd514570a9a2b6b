import type { Backup } from '../../velero/types.ts'
import type { Restore } from '../../velero/types-restore.ts'
import { doneOf } from './progress-parts.ts'

/** What the bucket tells of a run that another machine works on. */
export interface RemoteStep {
  /** Undefined before it has begun. */
  object: Backup | Restore | undefined
  elapsedMs: number
}

/** `Backing up: 1,234 of about 5,678 items` */
export function describeRemote({ object }: RemoteStep): string {
  if (object === undefined) return 'Waiting for the function to begin ...'
  const { kind, status: { progress = {} } = {} } = object
  const { totalItems = 0, itemsBackedUp = 0, itemsRestored = 0 } = progress as Record<string, number>
  return `${kind === 'Backup' ? 'Backing up' : 'Restoring'}: ${doneOf(itemsBackedUp + itemsRestored, totalItems)}`
}
