import type { Deleter } from '../bucket/deletions.ts'
import { readDocument } from '../bucket/documents.ts'
import { runOutcomeKey, runPrefix, runsPrefix } from '../bucket/layout.ts'
import { BACKUPS, nameKey, RESTORES, type Recorded, type RecordKind } from '../bucket/record-kinds.ts'
import type { NameClaim, RunOutcome } from '../bucket/runs.ts'
import { deleteRecorded } from '../gc/deletion.ts'
import type { ObjectStore } from '../store/types.ts'
import { inTurn } from './found-runs.ts'
import { AT_ONCE } from './read.ts'

/** Longer than any queue keeps a message, so that one that comes again is known. In ms. */
const KEEP_OUTCOMES_MS = 15 * 86_400_000

/**
 * Removes what is left of runs that ended so long ago that no message of theirs can come again. A name that such a run had
 * and that has no record, for the request was refused or what it made was deleted, is free from then on. `onProblem` is told of each
 * that can't be removed; it is tried again the next time.
 */
export async function forgetRuns(
  store: ObjectStore,
  deleter: Deleter,
  onProblem: (error: unknown) => void,
): Promise<void> {
  const now = deleter.now()
  const [above, below] = [runsPrefix, runOutcomeKey('').slice(runPrefix('').length)]
  for await (const { objects } of store.list(above)) {
    const old = objects.filter(
      ({ key, lastModified }) => key.endsWith(`/${below}`) && now.getTime() - lastModified.getTime() > KEEP_OUTCOMES_MS,
    )
    await inTurn(old, AT_ONCE, ({ key }) =>
      forget(store, key.slice(above.length, -below.length - 1), deleter).catch(onProblem),
    )
  }
}

async function forget(store: ObjectStore, uid: string, deleter: Deleter): Promise<void> {
  const outcome = (await readDocument<RunOutcome<Recorded>>(store, runOutcomeKey(uid)))?.value
  if (outcome === undefined) return
  const kind: RecordKind<Recorded> = outcome.record.kind === 'Backup' ? BACKUPS : RESTORES
  const [claim, record] = await Promise.all([
    readDocument<NameClaim<Recorded>>(store, nameKey(kind, outcome.name)),
    store.head(kind.recordKey(outcome.name)),
  ])
  // As a deletion, so that nobody claims the name in the same moment.
  if (claim?.value.uid === uid && record === undefined)
    await deleteRecorded(
      store,
      kind,
      { name: outcome.name, uid, reason: 'its run left no record', restores: [] },
      deleter,
    )
  // The outcome goes last: as long as it is there, this is done again.
  const keys: string[] = []
  for await (const { objects } of store.list(runPrefix(uid))) keys.push(...objects.map(object => object.key))
  await store.delete(keys.filter(each => each !== runOutcomeKey(uid)))
  await store.delete([runOutcomeKey(uid)])
}
