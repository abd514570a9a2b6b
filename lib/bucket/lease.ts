import { type ObjectStore, PreconditionFailedError } from '../store/types.ts'
import { LateenError } from '../velero/errors.ts'
import type { Timestamp } from '../velero/types.ts'
import { readDocument, writeDocument } from './documents.ts'
import { runLeaseKey } from './layout.ts'

/** Who works on a run, or has another right that only one may have, until when. Objects under metadata/lateen/ change by conditional PUT only. */
export interface LeaseDocument {
  uid: string
  /** The invocation: unique for each. */
  owner: string
  /** 1 for the first holder; each takeover raises it. */
  epoch: number
  /** Past this, anybody may take the run over. A lease is given up by setting it to the past, never by a DELETE. */
  expires: Timestamp
  /** Takeovers since the last checkpoint. */
  takeovers: number
  /** Given up between two invocations of a run: until it ends, nobody but this run may take it. */
  kept?: true
  /** As status.progress has it at the end. */
  progress?: Record<string, number>
}

/** Long enough for a slow store and a busy event loop, short enough that a dead run is soon taken over. In ms. */
export const LEASE_MS = 30_000
export const RENEW_MS = LEASE_MS / 3

/** Another invocation works on this run. */
export class LeaseHeldError extends LateenError {
  readonly uid: string
  readonly expires: Date
  constructor(lease: LeaseDocument) {
    super(`the run ${lease.uid} is being worked on by ${lease.owner}; its lease ends at ${lease.expires}`, {
      next: 'Wait for it to finish; if it died, the same message or command takes it over once the lease has ended.',
    })
    this.uid = lease.uid
    this.expires = new Date(lease.expires)
  }
}

/** Another invocation took this run over while we worked; whatever we had in hand is its business now. */
export class LeaseLostError extends LateenError {
  constructor(uid: string, cause?: unknown) {
    super(`another invocation has taken over the run ${uid}`, { cause })
  }
}

export class Lease {
  readonly uid: string
  readonly epoch: number
  #store: ObjectStore
  readonly #key: string
  #document: LeaseDocument
  #etag: string
  #now: () => Date
  #last: Promise<void> = Promise.resolve()

  private constructor(store: ObjectStore, key: string, document: LeaseDocument, etag: string, now: () => Date) {
    this.#store = store
    this.#key = key
    this.#document = document
    this.#etag = etag
    this.#now = now
    this.uid = document.uid
    this.epoch = document.epoch
  }

  /** For the run `uid`: of the run itself, or of what lies at `key`. Throws LeaseHeldError while another holder's lease runs. */
  static async acquire(
    store: ObjectStore,
    uid: string,
    owner: string,
    now: () => Date,
    key = runLeaseKey(uid),
  ): Promise<Lease> {
    const fresh = (epoch: number, takeovers: number): LeaseDocument => ({
      uid,
      owner,
      epoch,
      expires: later(now(), LEASE_MS),
      takeovers,
    })
    try {
      const document = fresh(1, 0)
      return new Lease(store, key, document, await writeDocument(store, key, document, { ifNoneMatch: '*' }), now)
    } catch (error) {
      if (!(error instanceof PreconditionFailedError)) throw error
    }
    const held = await readDocument<LeaseDocument>(store, key)
    if (held === undefined) throw new LeaseLostError(uid)
    const isOurs = held.value.kept === true && held.value.uid === uid
    if (!isOurs && isHeld(held.value, now())) throw new LeaseHeldError(held.value)
    const { epoch, takeovers, progress } = held.value
    // How far it has come is told until its new holder tells more.
    const document = { ...fresh(epoch + 1, takeovers + 1), ...(progress && { progress }) }
    try {
      return new Lease(store, key, document, await writeDocument(store, key, document, { ifMatch: held.etag }), now)
    } catch (error) {
      if (!(error instanceof PreconditionFailedError)) throw error
      const winner = await readDocument<LeaseDocument>(store, key)
      throw winner === undefined ? new LeaseLostError(uid, error) : new LeaseHeldError(winner.value)
    }
  }

  /** Takeovers of this run since it last made progress. */
  get takeovers(): number {
    return this.#document.takeovers
  }

  /** Extends the lease. Throws LeaseLostError where somebody took it over. Calls queue up. */
  renew(change: Partial<Pick<LeaseDocument, 'progress' | 'takeovers'>> = {}): Promise<void> {
    return this.#write({ ...change, expires: later(this.#now(), LEASE_MS) })
  }

  /** In ms; what a failed renewal would have added does not count. */
  get left(): number {
    return new Date(this.#document.expires).getTime() - this.#now().getTime()
  }

  /** Makes sure that the lease holds for some time to come: renews it where a third of it has gone by. */
  async assure(): Promise<void> {
    if (this.left < LEASE_MS - RENEW_MS) await this.renew()
  }

  /** What the next write tells of the run's progress, be it the last. Not while a renewal is under way. */
  note(progress: Record<string, number>): void {
    this.#document = { ...this.#document, progress }
  }

  /** Lets others take it over at once, or after some ms within which its own run may. A lease that was lost is no error. */
  async release(keptMs = 0): Promise<void> {
    const expires = later(this.#now(), keptMs)
    await this.#write({ expires, ...(keptMs > 0 && { kept: true }) }).catch(error => {
      if (!(error instanceof LeaseLostError)) throw error
    })
  }

  #write(change: Partial<LeaseDocument>): Promise<void> {
    const next = this.#last.then(async () => {
      const document = { ...this.#document, ...change }
      try {
        const condition = { ifMatch: this.#etag }
        this.#etag = await writeDocument(this.#store, this.#key, document, condition)
        this.#document = document
      } catch (error) {
        throw error instanceof PreconditionFailedError ? new LeaseLostError(this.uid, error) : error
      }
    })
    this.#last = next.catch(() => {})
    return next
  }
}

/** Whether its holder's time runs, or is kept for the next one. */
export function isHeld({ expires }: LeaseDocument, now: Date): boolean {
  return new Date(expires) > now
}

function later(now: Date, ms: number): Timestamp {
  return new Date(now.getTime() + ms).toISOString()
}
