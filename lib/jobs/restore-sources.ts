import type { DeletedName } from '../bucket/deletions.ts'
import { restoreLogKey } from '../bucket/layout.ts'
import { RESTORES } from '../bucket/record-kinds.ts'
import { lines } from '../bucket/segments.ts'
import { ObjectNotFoundError, type ObjectStore } from '../store/types.ts'
import type { LateenError } from '../velero/errors.ts'
import { parseLogLine } from '../velero/log-line.ts'
import { findRun, inTurn } from './found-runs.ts'
import { survey } from './location-survey.ts'
import { AT_ONCE, gunzipped, isDamage, tellDamaged } from './read.ts'
import { SOURCE } from './read-restores.ts'

/** The restores that a location knows, by the backup that they are from. */
export interface RestoreSources {
  ended: Map<string, DeletedName[]>
  /** Those that still read it. */
  reading: Map<string, string>
  /** Names without a record: of runs that have not ended, of Velero's restores, of files of others. */
  unrecorded: string[]
}

/**
 * Reads every restore's record, or what tells of one that has none: the claim of a run of ours, the log of Velero's. One that
 * can't be read is tied to no backup, and stays; `onDamaged` is told.
 */
export async function restoreSources(
  store: ObjectStore,
  onDamaged: (error: LateenError) => void,
): Promise<RestoreSources> {
  const ended = new Map<string, DeletedName[]>()
  const reading = new Map<string, string>()
  const add = (backup: string | undefined, restore: DeletedName) => {
    if (backup) ended.set(backup, [...(ended.get(backup) ?? []), restore])
  }
  const { facts, unrecorded } = await survey(
    store,
    RESTORES,
    ({ metadata: { name, uid }, spec }) => ({ backup: spec.backupName, restore: { name, ...(uid && { uid }) } }),
    onDamaged,
  )
  for (const { backup, restore } of facts) add(backup, restore)
  await inTurn(unrecorded, AT_ONCE, async name => {
    const run = await findRun(store, RESTORES, name).catch(error => tellDamaged(error, onDamaged))
    if (run === undefined) return add(await backupInLog(store, name), { name })
    if (run.refused !== undefined) return
    const { claim } = run
    const backup = claim.backup ?? claim.request.spec.backupName
    if (backup !== undefined) reading.set(backup, name)
  })
  return { ended, reading, unrecorded }
}

/** Read only as far as the line that tells. */
async function backupInLog(store: ObjectStore, name: string): Promise<string | undefined> {
  try {
    const { body } = await store.get(restoreLogKey(name))
    try {
      for await (const line of lines(gunzipped(body) as AsyncIterable<Buffer>)) {
        const [, , backup] = SOURCE.exec(parseLogLine(line)?.message ?? '') ?? []
        if (backup !== undefined) return backup
      }
    } finally {
      body.destroy()
    }
  } catch (error) {
    if (!(error instanceof ObjectNotFoundError) && !isDamage(error)) throw error
  }
  return undefined
}
