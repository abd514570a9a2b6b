import { documentNames, readDocument } from '../bucket/documents.ts'
import { runLeaseKey } from '../bucket/layout.ts'
import type { LeaseDocument } from '../bucket/lease.ts'
import { nameKey, type Recorded, type RecordKind } from '../bucket/record-kinds.ts'
import { recordNames } from '../bucket/records.ts'
import { type NameClaim, readOutcome } from '../bucket/runs.ts'
import type { Settings } from '../config/types.ts'
import { openStore } from '../store/open.ts'
import type { ObjectStore } from '../store/types.ts'
import type { OpenStore } from './dropped.ts'

/** A run that has a name and no record: at work, dead, or refused by validation (`refused`, as its outcome has it). */
export interface FoundRun<T extends Recorded> {
  claim: NameClaim<T>
  progress?: Record<string, number>
  /** Who works on it, or did last. */
  lease?: Pick<LeaseDocument, 'owner' | 'expires'>
  refused?: T
}

/** Names that have a folder or a claim, sorted. */
export async function knownNames<T extends Recorded>(store: ObjectStore, kind: RecordKind<T>): Promise<string[]> {
  const names = new Set<string>()
  for await (const name of recordNames(store, kind)) names.add(name)
  for await (const name of claimedNames(store, kind)) names.add(name)
  return [...names].sort()
}

/** The names that requests of ours have claimed, sorted. */
export function claimedNames(
  store: ObjectStore,
  { namesPrefix }: Pick<RecordKind<Recorded>, 'namesPrefix'>,
): AsyncGenerator<string> {
  return documentNames(store, namesPrefix)
}

/** Undefined where nobody has the name, or where its run ended with a record that is gone now: it was deleted. */
export async function findRun<T extends Recorded>(
  store: ObjectStore,
  kind: RecordKind<T>,
  name: string,
): Promise<FoundRun<T> | undefined> {
  const claim = await readDocument<NameClaim<T>>(store, nameKey(kind, name))
  if (claim === undefined) return undefined
  const { uid } = claim.value
  const [outcome, lease] = await Promise.all([
    readOutcome<T>(store, uid),
    readDocument<LeaseDocument>(store, runLeaseKey(uid)),
  ])
  if (outcome === undefined) {
    const { progress, owner = '', expires = '' } = lease?.value ?? {}
    return {
      claim: claim.value,
      ...(progress && { progress }),
      ...(lease !== undefined && { lease: { owner, expires } }),
    }
  }
  return outcome.record.status?.phase === 'FailedValidation'
    ? { claim: claim.value, refused: outcome.record }
    : undefined
}

/** Opens a location's store for as long as it is used. */
export async function withStore<T>(
  location: Settings['location'],
  use: (store: ObjectStore) => Promise<T>,
  open: OpenStore = openStore,
): Promise<T> {
  const store = await open(location)
  try {
    return await use(store)
  } finally {
    await store.close()
  }
}

/** Some at the same time; answers in the order of the values. */
export async function inTurn<T, R>(values: readonly T[], atOnce: number, work: (value: T) => Promise<R>): Promise<R[]> {
  const results: R[] = new Array(values.length)
  let next = 0
  const worker = async () => {
    for (let at = next++; at < values.length; at = next++) results[at] = await work(values[at] as T)
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, values.length) }, worker))
  return results
}
