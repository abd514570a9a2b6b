import type { LocationSettings } from '../config/types.ts'
import { openStore } from '../store/open.ts'
import { checkTopLevel } from '../store/top-level.ts'
import { invalidTopLevelMessage } from '../velero/bsl.ts'
import { LateenError } from '../velero/errors.ts'
import { timestamp } from '../velero/timestamps.ts'
import type { BackupStorageLocationStatus } from '../velero/types.ts'
import type { OpenStore } from './dropped.ts'
import { withStore } from './found-runs.ts'

/**
 * What Velero's server would say of a location now, by the same look: one list of its first level, which needs no right to
 * write. Once the signal is aborted there is no more waiting for an answer.
 */
export async function lookAtLocation(
  location: LocationSettings,
  { now, signal }: { now: () => Date; signal: AbortSignal },
  open: OpenStore = openStore,
): Promise<BackupStorageLocationStatus> {
  const problem = await Promise.race([problemOf(location, open), aborted(signal)])
  const lastValidationTime = timestamp(now())
  if (problem === undefined) return { phase: 'Available', lastValidationTime }
  const message = `BackupStorageLocation ${JSON.stringify(location.name)} is unavailable: ${problem}`
  return { phase: 'Unavailable', lastValidationTime, message }
}

async function problemOf(location: LocationSettings, open: OpenStore): Promise<string | undefined> {
  try {
    return await withStore(location, async store => invalidTopLevelMessage(await checkTopLevel(store)), open)
  } catch (error) {
    if (!(error instanceof LateenError)) throw error
    return error.next === undefined ? error.message : `${error.message}. ${error.next}`
  }
}

function aborted(signal: AbortSignal): Promise<string> {
  const text = 'it does not answer'
  if (signal.aborted) return Promise.resolve(text)
  return new Promise(resolve => signal.addEventListener('abort', () => resolve(text), { once: true }))
}
