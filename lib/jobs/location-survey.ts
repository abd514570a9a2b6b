import type { Recorded, RecordKind } from '../bucket/record-kinds.ts'
import { readRecord, recordNames } from '../bucket/records.ts'
import type { ObjectStore } from '../store/types.ts'
import type { LateenError } from '../velero/errors.ts'
import { claimedNames, inTurn } from './found-runs.ts'
import { tellDamaged } from './read.ts'

/** Of one kind, what a location holds. */
export interface Survey<Facts> {
  /** What each record says, in the order of names. */
  facts: Facts[]
  /** Names that have a folder or a claim, and no record: runs that have not ended, and files of others. */
  unrecorded: string[]
}

/** Records that are read at the same time: small objects, of which only a few fields are kept. */
const AT_ONCE = 48

/** Reads every record once; of each only what `factsOf` takes from it stays in memory. */
export async function survey<T extends Recorded, Facts>(
  store: ObjectStore,
  kind: RecordKind<T>,
  factsOf: (record: T) => Facts,
  onDamaged: (error: LateenError) => void,
): Promise<Survey<Facts>> {
  const [folders, claims] = await Promise.all([
    Array.fromAsync(recordNames(store, kind)),
    Array.fromAsync(claimedNames(store, kind)),
  ])
  const damaged = new Set<string>()
  const facts = await inTurn(folders, AT_ONCE, async name => {
    try {
      const record = await readRecord(store, kind, name)
      return record && factsOf(record)
    } catch (error) {
      damaged.add(name)
      return tellDamaged(error, onDamaged)
    }
  })
  const recorded = new Set(folders.filter((name, i) => facts[i] !== undefined || damaged.has(name)))
  const unrecorded = [...new Set([...folders, ...claims])].filter(name => !recorded.has(name)).sort()
  return { facts: facts.filter(each => each !== undefined), unrecorded }
}
