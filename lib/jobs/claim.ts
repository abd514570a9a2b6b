import { readDocument } from '../bucket/documents.ts'
import { LeaseHeldError as Held, LEASE_MS, Lease, type LeaseHeldError } from '../bucket/lease.ts'
import { folderOf, NameTakenError, nameKey, type Recorded, type RecordKind } from '../bucket/record-kinds.ts'
import { readRecord } from '../bucket/records.ts'
import { claimName, type NameClaim, type RestoreSource, readOutcome } from '../bucket/runs.ts'
import type { ObjectStore } from '../store/types.ts'
import { timestamp } from '../velero/timestamps.ts'
import { ForeignObjectsError } from './errors.ts'

/** This very request has ended before; nothing is to be done, but for tidying up where its outcome is not `closed` yet. */
export interface Ended<T extends Recorded> {
  ended: T
  errors: string[]
  warnings: string[]
  closed: boolean
}

/** A request's right to work on what it asks for, and since when it has its name; or what came of it before. */
export type Claim<T extends Recorded> = { lease: Lease; request: T; claimed: Date; backup?: string } | Ended<T>

export interface ClaimOptions {
  owner: string
  now: () => Date
  /** Waits so many ms. */
  sleep(ms: number): Promise<unknown>
  /** A person repeats a command whose first run died: an unfinished run of the same name and spec is theirs. */
  typed: boolean
  /** How long to wait for another holder's lease to end, in ms; then LeaseHeldError. */
  patienceMs: number
  source?: RestoreSource
  /** Told once when waiting begins. */
  onWait: (error: LeaseHeldError) => void
}

/** The wait between looks at a lease that is held, in ms. */
const LOOK_MS = 1_000

/** What the bucket says of a request before it is claimed. */
export interface Seen<T extends Recorded> {
  /** It has ended before. */
  ended: Ended<T> | undefined
  /** An object that lies where its files will. */
  there: string | undefined
  /** The claim of the name, where it is this request's, or its unfinished run may be gone on with. */
  held: NameClaim<T> | undefined
}

/** Reads only, so that it can go on while the cluster is asked. Throws NameTakenError. */
export async function lookUp<T extends Recorded>(
  store: ObjectStore,
  kind: RecordKind<T>,
  request: T,
): Promise<Seen<T>> {
  const { name, uid } = request.metadata
  const [ended, there, claim] = await Promise.all([
    endedBefore(store, kind, name, uid as string),
    firstObject(store, folderOf(kind, name)),
    readDocument<NameClaim<T>>(store, nameKey(kind, name)),
  ])
  const isOurs = claim?.value.uid === uid || (claim !== undefined && sameRequest(claim.value.request, request))
  return { ended, there, held: isOurs ? claim?.value : undefined }
}

/**
 * Makes a request the only one that works on what it asks for: by name, so that another request of the same name is refused
 * (NameTakenError), and by uid, so that the same one may come any number of times.
 */
export async function claimRun<T extends Recorded>(
  store: ObjectStore,
  kind: RecordKind<T>,
  request: T,
  options: ClaimOptions,
  seen?: Seen<T>,
): Promise<Claim<T>> {
  const uid = request.metadata.uid as string
  const { name } = request.metadata
  const { ended, there } = seen ?? (await lookUp(store, kind, request))
  if (ended !== undefined) return ended
  if (there !== undefined && (await isForeign(store, kind, name, uid)))
    throw new ForeignObjectsError(there, kind.word, name)
  let held: NameClaim<T>
  try {
    held = await claimName(store, kind, request, uid, options.now(), options.source)
  } catch (error) {
    const unfinished = error instanceof NameTakenError ? error.claim : undefined
    if (!options.typed || unfinished === undefined || !sameRequest(unfinished.value.request, request)) throw error
    held = unfinished.value as NameClaim<T>
  }
  return takeUp(store, kind, held, options)
}

/** The request that holds the name, as old as its claim. */
function created<T extends Recorded>({ request, claimed }: NameClaim<T>): T {
  const creationTimestamp = request.metadata.creationTimestamp ?? timestamp(new Date(claimed))
  return { ...request, metadata: { ...request.metadata, creationTimestamp } }
}

async function takeUp<T extends Recorded>(
  store: ObjectStore,
  kind: RecordKind<T>,
  held: NameClaim<T>,
  options: ClaimOptions,
): Promise<Claim<T>> {
  const { now, owner } = options
  const { uid } = held
  const request = created(held)
  const patience = now().getTime() + options.patienceMs
  for (let waited = false; ; waited = true) {
    try {
      const lease = await Lease.acquire(store, uid, owner, now)
      // Its holder may have finished since we looked.
      const ended = lease.epoch === 1 ? undefined : await endedBefore(store, kind, request.metadata.name, uid)
      if (ended === undefined) {
        const metadata = { ...request.metadata, uid }
        const { backup } = held
        const claimed = new Date(held.claimed)
        return { lease, request: { ...request, metadata }, claimed, ...(backup !== undefined && { backup }) }
      }
      await lease.release()
      return ended
    } catch (error) {
      if (!(error instanceof Held) || now().getTime() >= patience) throw error
      if (!waited) options.onWait(error)
    }
    await options.sleep(LOOK_MS)
    const ended = await endedBefore(store, kind, request.metadata.name, uid)
    if (ended !== undefined) return ended
  }
}

/** Long enough for any dead holder's lease to end. */
export const PATIENCE_MS = LEASE_MS + 5 * LOOK_MS

/** Throws NameTakenError where the name has a record of another request. */
export async function endedBefore<T extends Recorded>(
  store: ObjectStore,
  kind: RecordKind<T>,
  name: string,
  uid: string,
): Promise<Ended<T> | undefined> {
  const [record, outcome] = await Promise.all([readRecord(store, kind, name), readOutcome<T>(store, uid)])
  // Known, even where the name is another's by now.
  if (outcome !== undefined)
    return { ended: outcome.record, errors: outcome.errors, warnings: outcome.warnings, closed: true }
  if (record === undefined) return undefined
  if (record.metadata.uid === uid) return { ended: record, errors: [], warnings: [], closed: false }
  throw kind.exists(name)
}

/** What lies there without a claim, or in spite of an ended one, is not ours to delete, now or by any later holder. */
async function isForeign<T extends Recorded>(
  store: ObjectStore,
  kind: RecordKind<T>,
  name: string,
  uid: string,
): Promise<boolean> {
  // Read after the objects were seen: a run claims its name before it writes any.
  const held = await readDocument<NameClaim<T>>(store, nameKey(kind, name))
  if (held === undefined) return true
  return held.value.uid !== uid && (await readOutcome(store, held.value.uid)) !== undefined
}

async function firstObject(store: ObjectStore, prefix: string): Promise<string | undefined> {
  for await (const page of store.list(prefix)) if (page.objects[0] !== undefined) return page.objects[0].key
  return undefined
}

function sameRequest(one: Recorded, other: Recorded): boolean {
  const asked = ({ spec, metadata: { labels, annotations } }: Recorded) => JSON.stringify([spec, labels, annotations])
  return asked(one) === asked(other)
}
