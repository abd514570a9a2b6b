import { cancelReason, readCancellation } from '../bucket/cancellation.ts'
import type { Lease, LeaseHeldError } from '../bucket/lease.ts'
import type { Recorded, RecordKind } from '../bucket/record-kinds.ts'
import { clearRun, type RestoreSource, writeOutcome } from '../bucket/runs.ts'
import type { ObjectStore } from '../store/types.ts'
import { type Claim, claimRun, type Ended, endedBefore, lookUp, PATIENCE_MS, type Seen } from './claim.ts'
import { giveUpLease } from './heartbeat.ts'
import { newOwner } from './owner.ts'
import type { Tally } from './tally.ts'

/** How a request came, and how its sender is served. */
export interface DeskOptions {
  /** A person typed this: names that don't exist are refused, and an unfinished run of the same command is gone on with. */
  typed: boolean
  /** Told once where another invocation holds the run and this one waits for it. */
  onWait?: (error: LeaseHeldError) => void
  /** Aborted to end at the next checkpoint, as when the deadline is near. */
  signal?: AbortSignal
  /** Wait for another invocation's lease to end; else LeaseHeldError is thrown at once. Default true. */
  wait?: boolean
  /** Nobody asks again if this fails: see failUnbegun. */
  last?: boolean
  now?: () => Date
  /** Where what this call does is counted. */
  tally?: Tally
  /** Told why somebody was not notified of the end; whoever collects garbage tries again. */
  onUnsent?: (problem: string) => void
}

export interface Findings {
  errors: string[]
  warnings: string[]
}

/** What a call did for its request. */
export interface Answer<T extends Recorded> extends Findings {
  record: T
  how: 'finished' | 'acknowledged' | 'continued'
  /** Of an acknowledged one: see BackupResult. */
  closed?: true
  /** Why the run was ended, where one invocation after the other had died of it. */
  givenUp?: string
}

/**
 * Invocations of one request without any progress after which the queue's next one ends it as Failed. Whoever asks again
 * by a command or a call of his own is not told off.
 */
export const LAST_TAKEOVER = 3

/** What remains of a run that has ended is its lease and, from when all is tidied up, its outcome. `clear`: it left more. */
export async function closeRun(
  store: ObjectStore,
  record: Recorded,
  { errors, warnings }: Findings,
  clear: boolean,
  now: Date,
): Promise<void> {
  const { name, uid = '' } = record.metadata
  if (clear) await clearRun(store, uid)
  await writeOutcome(store, { uid, name, ended: now.toISOString(), record, errors, warnings })
}

/** Where a request is received: known again when it has ended before, claimed, refused, and put on file when it has ended. */
export class Desk<T extends Recorded> {
  readonly #store: ObjectStore
  readonly #kind: RecordKind<T>
  readonly #request: T
  readonly #options: DeskOptions
  readonly #sleep: (ms: number) => Promise<unknown>
  readonly #now: () => Date

  /** `store`: where runs and records are kept. */
  constructor(
    store: ObjectStore,
    kind: RecordKind<T>,
    request: T,
    options: DeskOptions & { now: () => Date },
    sleep: (ms: number) => Promise<unknown>,
  ) {
    this.#store = store
    this.#kind = kind
    this.#request = request
    this.#options = options
    this.#sleep = sleep
    this.#now = options.now
  }

  /** Reads only. Throws NameTakenError. */
  lookUp(): Promise<Seen<T>> {
    return lookUp(this.#store, this.#kind, this.#request)
  }

  /** `source`: of a restore. The claim's own counts, where it has one. */
  claim(seen?: Seen<T>, source?: RestoreSource): Promise<Claim<T>> {
    const { typed, wait = true, onWait = () => {} } = this.#options
    const owner = newOwner()
    const patienceMs = wait ? PATIENCE_MS : 0
    const options = { owner, now: this.#now, sleep: this.#sleep, typed, patienceMs, onWait, ...(source && { source }) }
    return claimRun(this.#store, this.#kind, this.#request, options, seen)
  }

  /** A run that dies again and again without progress must not be taken up for ever: why it is given up, if it is. */
  hopeless(lease: Lease): string | undefined {
    const attended = this.#options.typed || this.#options.wait !== false
    if (attended || lease.takeovers < LAST_TAKEOVER) return undefined
    return `the run was taken over ${lease.takeovers} times without making progress`
  }

  /** Somebody wants the run to end: the failure reason. Asked whenever it is taken up or has stopped: nobody may go on with it then. */
  async cancelled({ uid }: Lease): Promise<string | undefined> {
    const cancellation = await readCancellation(this.#store, uid)
    return cancellation && cancelReason(cancellation)
  }

  /** Whoever ended the run may have died before it had tidied up. */
  async acknowledge(ended: Ended<T>): Promise<Answer<T>> {
    const { errors, warnings } = ended
    const answer = { record: ended.ended, how: 'acknowledged' as const, errors, warnings }
    if (ended.closed) return answer
    await this.close(ended.ended, ended, true)
    return { ...answer, closed: true }
  }

  /** See closeRun. */
  close(record: T, findings: Findings, clear: boolean): Promise<void> {
    return closeRun(this.#store, record, findings, clear, this.#now())
  }

  /**
   * As in Velero, a request that fails validation leaves no record. Its outcome tells whoever asks again, but for stores
   * that must not be written to. `begun` throws where the run was right when it began: what is wrong now may be mended.
   */
  async refuse(refused: T, readOnly: boolean, begun: (lease: Lease) => Promise<void>): Promise<Answer<T>> {
    const findings = { errors: refused.status?.validationErrors ?? [], warnings: [] }
    if (readOnly) {
      const before = await endedBefore(this.#store, this.#kind, refused.metadata.name, refused.metadata.uid ?? '')
      if (before === undefined) return { record: refused, how: 'finished', ...findings }
      return { record: before.ended, how: 'acknowledged', errors: before.errors, warnings: before.warnings }
    }
    const claim = await this.claim()
    if ('ended' in claim) return this.acknowledge(claim)
    try {
      if (claim.lease.epoch > 1) await begun(claim.lease)
      await this.close(refused, findings, false)
    } finally {
      await giveUpLease(claim.lease)
    }
    return { record: refused, how: 'finished', ...findings }
  }
}
