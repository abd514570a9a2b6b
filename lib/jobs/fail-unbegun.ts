import { BACKUPS } from '../bucket/record-kinds.ts'
import { claimName } from '../bucket/runs.ts'
import type { Backup } from '../velero/types.ts'
import { ENDABLE_BACKUPS, type Ending, endRun } from './end-run.ts'

/**
 * A backup that nobody could begin, as of a cluster that is out of reach, is recorded as Failed with the reason, so that whoever
 * lists the backups sees it. Safe to repeat. Throws as a claim does where somebody has begun meanwhile.
 */
export async function failUnbegun(request: Backup, reason: string, ending: Ending): Promise<void> {
  const { uid = '' } = request.metadata
  const claim = await claimName(ending.store, BACKUPS, request, uid, ending.now())
  await endRun(ENDABLE_BACKUPS, claim, { text: reason, kept: false }, ending)
}
