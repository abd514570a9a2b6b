import { hostname, userInfo } from 'node:os'
import {
  type Cancellation,
  cancelReason,
  forgetCancellation,
  isCancelReason,
  requestCancellation,
} from '../bucket/cancellation.ts'
import { readDocument } from '../bucket/documents.ts'
import { LEASE_MS, LeaseHeldError } from '../bucket/lease.ts'
import { nameKey, type Recorded } from '../bucket/record-kinds.ts'
import { readRecord } from '../bucket/records.ts'
import { type NameClaim, readOutcome } from '../bucket/runs.ts'
import type { Settings } from '../config/types.ts'
import type { ObjectStore } from '../store/types.ts'
import type { LateenError } from '../velero/errors.ts'
import { AROUND, type Around } from './around.ts'
import { closeRun } from './desk.ts'
import { ENDABLE_BACKUPS, ENDABLE_RESTORES, type EndableKind, endRun } from './end-run.ts'
import { BackupNotFoundError, CancellationPendingError, RestoreNotFoundError, RunEndedError } from './errors.ts'
import { withStore } from './found-runs.ts'
import { announceEnd } from './notify/after-run.ts'
import { newOwner } from './owner.ts'
import { refuseReadOnly } from './refuse.ts'

export interface CancelOptions {
  /** Who asks for it; the user and host of this process. */
  by?: string
  /** Do not wait for the end: for a run of this very process, which looks for itself. Default true. */
  wait?: boolean
  now?: () => Date
  /** Told why somebody was not notified of the end. */
  onUnsent?: (problem: string) => void
}

/** `already`: by an earlier call. `asked`: its end was not waited for. */
export type Cancelled = 'cancelled' | 'already' | 'asked'

/** Long enough for a holder to renew its lease and to stop, or for the lease of a dead one to end. In ms. */
const PATIENCE_MS = 3 * LEASE_MS
const LOOK_MS = 1_000

/**
 * Ends a backup that is being made: its holder finds that written in the bucket, and a run without a holder is ended here. What
 * it has written goes; a record says Failed, and by whom it was cancelled. Safe to repeat. Throws BackupNotFoundError,
 * RunEndedError, CancellationPendingError, LocationNotWritableError.
 */
export function cancelBackup(
  { location, notifications }: Pick<Settings, 'location' | 'notifications'>,
  name: string,
  options: CancelOptions = {},
  around: Partial<Around> = {},
): Promise<Cancelled> {
  const run = { endable: ENDABLE_BACKUPS, name, missing: new BackupNotFoundError(name) }
  return new Canceller(run, { location, ...(notifications && { notifications }) }, options, {
    ...AROUND,
    ...around,
  }).run()
}

/** As cancelBackup. What was restored until then stays, and is listed. */
export function cancelRestore(
  { location, results = location, notifications }: Settings,
  name: string,
  options: CancelOptions = {},
  around: Partial<Around> = {},
): Promise<Cancelled> {
  const run = { endable: ENDABLE_RESTORES, name, missing: new RestoreNotFoundError(name) }
  return new Canceller(run, { location: results, ...(notifications && { notifications }) }, options, {
    ...AROUND,
    ...around,
  }).run()
}

interface Run<T extends Recorded> {
  endable: EndableKind<T>
  name: string
  missing: LateenError
}

type Place = Pick<Settings, 'location' | 'notifications'>

class Canceller<T extends Recorded> {
  readonly #run: Run<T>
  readonly #place: Place
  readonly #options: CancelOptions
  readonly #around: Around
  readonly #now: () => Date

  constructor(run: Run<T>, place: Place, options: CancelOptions, around: Around) {
    this.#run = run
    this.#place = place
    this.#options = options
    this.#around = around
    this.#now = options.now ?? (() => new Date())
  }

  async run(): Promise<Cancelled> {
    const { endable, name } = this.#run
    const { location } = this.#place
    refuseReadOnly(location, `the ${endable.kind.word} ${JSON.stringify(name)}`, 'cancelled')
    return withStore(location, store => this.#cancel(store), this.#around.openStore)
  }

  async #cancel(store: ObjectStore): Promise<Cancelled> {
    const { endable, name, missing } = this.#run
    const claim = (await readDocument<NameClaim<T>>(store, nameKey(endable.kind, name)))?.value
    const before = await this.#end(store, claim?.uid)
    if (before !== undefined) {
      if (isCancelReason(before.status?.failureReason) && claim !== undefined)
        await this.#tidy(store, claim.uid, before)
      return this.#judge(before, 'already')
    }
    if (claim === undefined) throw missing
    const { by = whoAmI(), wait = true } = this.#options
    const cancellation = await requestCancellation(store, claim.uid, { by, requested: this.#now().toISOString() })
    return wait ? this.#await(store, claim, cancellation) : 'asked'
  }

  /** Its holder ends it, or we do once there is none. */
  async #await(store: ObjectStore, claim: NameClaim<T>, cancellation: Cancellation): Promise<Cancelled> {
    const { endable, name } = this.#run
    const { sizes, sleep } = this.#around
    const owner = newOwner()
    const ending = { store, location: this.#place.location, now: this.#now, sizes, owner }
    const patience = this.#now().getTime() + PATIENCE_MS
    for (;;) {
      const ended = await this.#end(store, claim.uid)
      if (ended !== undefined) {
        // The run was faster, and does not look for it any more.
        if (!isCancelReason(ended.status?.failureReason)) await forgetCancellation(store, claim.uid)
        return this.#judge(ended, 'cancelled')
      }
      try {
        if (await endRun(endable, claim, { text: cancelReason(cancellation), kept: true }, ending)) {
          await this.#announce(store, claim.uid)
          return 'cancelled'
        }
      } catch (error) {
        if (!(error instanceof LeaseHeldError)) throw error
        if (this.#now().getTime() >= patience) throw new CancellationPendingError(endable.kind.word, name, error)
      }
      await sleep(LOOK_MS)
    }
  }

  async #announce(store: ObjectStore, uid: string): Promise<void> {
    const { location } = this.#place
    const outcome = await readOutcome<T>(store, uid)
    if (outcome === undefined) return
    const parts = { ...this.#around, store, location, now: this.#now }
    await announceEnd({ how: 'finished', ...outcome }, this.#place, parts, this.#options)
  }

  /** Whoever cancelled it may have died right after the record. */
  async #tidy(store: ObjectStore, uid: string, record: T): Promise<void> {
    if ((await readOutcome(store, uid)) !== undefined) return
    await closeRun(store, record, { errors: [], warnings: [] }, true, this.#now())
  }

  /** The record, or the outcome of a request that left none. */
  async #end(store: ObjectStore, uid: string | undefined): Promise<T | undefined> {
    const { endable, name, missing } = this.#run
    const record = await readRecord(store, endable.kind, name)
    if (record !== undefined || uid === undefined) return record
    const outcome = await readOutcome<T>(store, uid)
    if (outcome === undefined || outcome.record.status?.phase === 'FailedValidation') return outcome?.record
    // It ended while we looked, or it was deleted.
    const ended = await readRecord(store, endable.kind, name)
    if (ended === undefined) throw missing
    return ended
  }

  #judge({ status }: T, cancelled: Cancelled): Cancelled {
    if (isCancelReason(status?.failureReason)) return cancelled
    const { endable, name } = this.#run
    throw new RunEndedError(endable.kind.word, name, status?.phase ?? 'ended')
  }
}

function whoAmI(): string {
  try {
    return `${userInfo().username}@${hostname()}`
  } catch {
    // A user id without a name, as in many containers.
    return `${process.getuid?.() ?? 'somebody'}@${hostname()}`
  }
}
