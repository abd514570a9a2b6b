import { runOutcomeKey, runPrefix, runsPrefix } from '../../bucket/layout.ts'
import type { Recorded } from '../../bucket/record-kinds.ts'
import { readOutcome } from '../../bucket/runs.ts'
import { messageOf } from '../../velero/errors.ts'
import { inTurn } from '../found-runs.ts'
import { AT_ONCE } from '../read.ts'
import { type Announcing, announce, NEWS_MS } from './announce.ts'

/** Whoever ended a run that lately may still be telling of it. In ms. */
const GRACE_MS = 120_000

/**
 * Tells of the runs of the last day whoever has not been told: the process that ended one died, or a target could not be reached.
 * `ours`: uids of those that were ended just now by whoever calls this. Answers a line for each who could not be told.
 */
export async function catchUp(ours: ReadonlySet<string>, parts: Announcing): Promise<string[]> {
  const { store, notifications, now } = parts
  if (notifications.length === 0) return []
  const below = runOutcomeKey('').slice(runPrefix('').length)
  const problems: string[] = []
  for await (const { objects } of store.list(runsPrefix)) {
    const ends = objects.flatMap(({ key, lastModified }) => {
      if (!key.endsWith(`/${below}`)) return []
      const uid = key.slice(runsPrefix.length, -below.length - 1)
      const age = now().getTime() - lastModified.getTime()
      return ours.has(uid) || (age >= GRACE_MS && age < NEWS_MS) ? [uid] : []
    })
    const told = await inTurn(ends, AT_ONCE, async uid => {
      try {
        const outcome = await readOutcome<Recorded>(store, uid)
        return outcome === undefined ? [] : await announce(outcome, parts)
      } catch (error) {
        return [`whether anybody is to be told of the run ${uid} is not known: ${messageOf(error)}`]
      }
    })
    problems.push(...told.flat())
  }
  return problems
}
