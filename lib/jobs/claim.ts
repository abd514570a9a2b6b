import { type Document, readDocument } from '../bucket/documents.ts'
import { backupNameKey, backupPrefix } from '../bucket/layout.ts'
import { LeaseHeldError as Held, LEASE_MS, Lease, type LeaseHeldError } from '../bucket/lease.ts'
import { readBackup } from '../bucket/records.ts'
import { BackupExistsError, claimName, type NameClaim, readOutcome } from '../bucket/runs.ts'
import type { ObjectStore } from '../store/types.ts'
import { timestamp } from '../velero/timestamps.ts'
import type { Backup } from '../velero/types.ts'
import { ForeignObjectsError } from './errors.ts'

/** This very request has ended before; nothing is to be done, but for tidying up where its outcome is not `closed` yet. */
export interface Ended {
  ended: Backup
  errors: string[]
  warnings: string[]
  closed: boolean
}

/** A request's right to work on its backup, or what came of it before. */
export type Claim = { lease: Lease; backup: Backup } | Ended

export interface ClaimOptions {
  owner: string
  now: () => Date
  /** Waits so many ms. */
  sleep(ms: number): Promise<unknown>
  /** A person repeats a command whose first run died: an unfinished run of the same name and spec is theirs. */
  typed: boolean
  /** How long to wait for another holder's lease to end, in ms; then LeaseHeldError. */
  patienceMs: number
  /** Told once when waiting begins. */
  onWait: (error: LeaseHeldError) => void
}

/** The wait between looks at a lease that is held, in ms. */
const LOOK_MS = 1_000

/** What the bucket says of a request before it is claimed. */
export interface Seen {
  /** It has ended before. */
  ended: Ended | undefined
  /** An object that lies where its files will. */
  there: string | undefined
}

/** Reads only, so that it can go on while the cluster is asked. Throws BackupExistsError. */
export async function lookUp(store: ObjectStore, backup: Backup): Promise<Seen> {
  const { name, uid } = backup.metadata
  const [ended, there] = await Promise.all([
    endedBefore(store, name, uid as string),
    firstObject(store, backupPrefix(name)),
  ])
  return { ended, there }
}

/**
 * Makes a request the only one that works on its backup: by name, so that another request of the same name is refused
 * (BackupExistsError), and by uid, so that the same one may come any number of times.
 */
export async function claimBackup(
  store: ObjectStore,
  backup: Backup,
  options: ClaimOptions,
  seen?: Seen,
): Promise<Claim> {
  const uid = backup.metadata.uid as string
  const { name } = backup.metadata
  const { ended, there } = seen ?? (await lookUp(store, backup))
  if (ended !== undefined) return ended
  if (there !== undefined && (await isForeign(store, name, uid))) throw new ForeignObjectsError(there, name)
  let claim: NameClaim
  try {
    claim = await claimName(store, backup, uid, options.now())
  } catch (error) {
    const unfinished = error instanceof BackupExistsError ? error.claim : undefined
    if (!options.typed || unfinished === undefined || !sameRequest(unfinished, backup)) throw error
    claim = unfinished.value
  }
  return takeUp(store, created(claim), claim.uid, options)
}

/** The request that holds the name, as old as its claim. */
function created({ backup, claimed }: NameClaim): Backup {
  const creationTimestamp = backup.metadata.creationTimestamp ?? timestamp(new Date(claimed))
  return { ...backup, metadata: { ...backup.metadata, creationTimestamp } }
}

async function takeUp(store: ObjectStore, backup: Backup, uid: string, options: ClaimOptions): Promise<Claim> {
  const { now, owner } = options
  const patience = now().getTime() + options.patienceMs
  for (let waited = false; ; waited = true) {
    try {
      const lease = await Lease.acquire(store, uid, owner, now)
      // Its holder may have finished since we looked.
      const ended = lease.epoch === 1 ? undefined : await endedBefore(store, backup.metadata.name, uid)
      if (ended === undefined) return { lease, backup: { ...backup, metadata: { ...backup.metadata, uid } } }
      await lease.release()
      return ended
    } catch (error) {
      if (!(error instanceof Held) || now().getTime() >= patience) throw error
      if (!waited) options.onWait(error)
    }
    await options.sleep(LOOK_MS)
    const ended = await endedBefore(store, backup.metadata.name, uid)
    if (ended !== undefined) return ended
  }
}

/** Long enough for any dead holder's lease to end. */
export const PATIENCE_MS = LEASE_MS + 5 * LOOK_MS

/** Throws BackupExistsError where the name has a record of another request. */
export async function endedBefore(store: ObjectStore, name: string, uid: string): Promise<Ended | undefined> {
  const [record, outcome] = await Promise.all([readBackup(store, name), readOutcome(store, uid)])
  // Known, even where the name is another's by now.
  if (outcome !== undefined)
    return { ended: outcome.backup, errors: outcome.errors, warnings: outcome.warnings, closed: true }
  if (record === undefined) return undefined
  if (record.metadata.uid === uid) return { ended: record, errors: [], warnings: [], closed: false }
  throw new BackupExistsError(name)
}

/** What lies there without a claim, or in spite of an ended one, is not ours to delete, now or by any later holder. */
async function isForeign(store: ObjectStore, name: string, uid: string): Promise<boolean> {
  // Read after the objects were seen: a run claims its name before it writes any.
  const claim = await readDocument<NameClaim>(store, backupNameKey(name))
  if (claim === undefined) return true
  return claim.value.uid !== uid && (await readOutcome(store, claim.value.uid)) !== undefined
}

async function firstObject(store: ObjectStore, prefix: string): Promise<string | undefined> {
  for await (const page of store.list(prefix)) if (page.objects[0] !== undefined) return page.objects[0].key
  return undefined
}

function sameRequest(claim: Document<NameClaim>, backup: Backup): boolean {
  const asked = ({ spec, metadata: { labels, annotations } }: Backup) => JSON.stringify([spec, labels, annotations])
  return asked(claim.value.backup) === asked(backup)
}
