import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { Account } from '../backup/account.ts'
import { writeAccount } from '../backup/finish.ts'
import type { Lease, LeaseHeldError } from '../bucket/lease.ts'
import { writeBackup } from '../bucket/records.ts'
import { BackupExistsError, clearRun, writeOutcome } from '../bucket/runs.ts'
import { SegmentStore } from '../bucket/segments.ts'
import type { Connection } from '../cluster/connect.ts'
import type { Settings } from '../config/types.ts'
import type { ObjectStore } from '../store/types.ts'
import { timestamp } from '../velero/timestamps.ts'
import type { Backup, BackupPhase } from '../velero/types.ts'
import { AROUND, type Around } from './around.ts'
import { BackupRun } from './backup-run.ts'
import { Checkpoints } from './checkpoint.ts'
import { claimBackup, type Ended, endedBefore, lookUp, PATIENCE_MS, type Seen } from './claim.ts'
import { BackupRefusedError, InterruptedError } from './errors.ts'
import { giveUpLease } from './heartbeat.ts'
import { discardBackup } from './leftovers.ts'
import { type Prepared, prepare, problemsOf } from './prepare.ts'
import { refuseForeignFolders, refuseUnknown } from './refuse.ts'
import { ended, identified } from './status.ts'
import type { BackupResult, Progress } from './types.ts'

export { BackupExistsError }

export interface BackupOptions {
  /** A person typed this: names that don't exist are refused, and an unfinished run of the same command is gone on with. */
  typed: boolean
  onProgress?: (progress: Progress) => void
  /** Told once where another invocation holds the run and this one waits for it. */
  onWait?: (error: LeaseHeldError) => void
  /** Aborted to end at the next page with a checkpoint, as when the deadline is near. */
  signal?: AbortSignal
  /** Wait for another invocation's lease to end; else LeaseHeldError is thrown at once. Default true. */
  wait?: boolean
  now?: () => Date
}

/**
 * Invocations of one request without any progress after which the queue's next one ends it as Failed. Whoever asks again
 * by a command or a call of his own is not told off.
 */
const LAST_TAKEOVER = 3

/**
 * Makes a backup, from the request to the record. At least once is enough: the same request (metadata.uid) may come
 * again, also while it is worked on, and is done once. Before the first write everything that can be wrong with the
 * request, the cluster or the location is checked; an error thrown until then means that nothing was written.
 *
 * Throws BackupRefusedError (a typed request that can't be meant), BackupExistsError, LeaseHeldError, InterruptedError,
 * and the errors of cluster and store. Of a message that fails validation the result has phase FailedValidation.
 */
export async function createBackup(
  settings: Settings,
  manifest: Backup,
  options: BackupOptions,
  around: Partial<Around> = {},
): Promise<BackupResult> {
  const all = { ...AROUND, ...around }
  const now = options.now ?? (() => new Date())
  const problems = problemsOf(manifest, settings.location)
  if (problems.length > 0 && options.typed) throw new BackupRefusedError(problems)
  const store = await all.openStore(settings.location)
  try {
    return await new BackupJob(settings, manifest, options, store, now, all).run(problems)
  } finally {
    await store.close()
  }
}

class BackupJob {
  readonly #settings: Settings
  readonly #manifest: Backup
  readonly #options: BackupOptions
  readonly #store: ObjectStore
  readonly #now: () => Date
  readonly #around: Around

  constructor(
    settings: Settings,
    manifest: Backup,
    options: BackupOptions,
    store: ObjectStore,
    now: () => Date,
    around: Around,
  ) {
    this.#around = around
    this.#settings = settings
    this.#manifest = manifest
    this.#options = options
    this.#store = store
    this.#now = now
  }

  async run(problems: string[]): Promise<BackupResult> {
    if (problems.length > 0) return this.#failValidation(problems)
    const connection = await this.#around.connect(this.#settings.cluster)
    try {
      const location = this.#settings.location
      const preparing = Promise.all([
        prepare(this.#manifest, connection, location, this.#now()),
        refuseForeignFolders(this.#store, location.name),
      ])
      preparing.catch(() => {}) // thrown below, unless the bucket has the answer already
      const seen = await lookUp(this.#store, this.#manifest)
      if (seen.ended !== undefined) return await this.#acknowledge(seen.ended)
      const [prepared] = await preparing
      if (this.#options.typed) refuseUnknown(prepared)
      if (prepared.problems.length > 0) return await this.#failValidation(prepared.problems)
      const claim = await this.#claim(seen)
      if ('ended' in claim) return await this.#acknowledge(claim)
      return await this.#work(
        { ...prepared, backup: identified(prepared.backup, claim.backup, this.#now()) },
        claim.lease,
        connection,
      )
    } finally {
      await connection.transport.close()
    }
  }

  get #attended(): boolean {
    return this.#options.typed || this.#options.wait !== false
  }

  #claim(seen?: Seen) {
    const { typed, wait = true, onWait = () => {} } = this.#options
    const owner = `${hostname()}/${process.pid}/${randomUUID().slice(0, 8)}`
    const options = {
      owner,
      now: this.#now,
      sleep: this.#around.sleep,
      typed,
      patienceMs: wait ? PATIENCE_MS : 0,
      onWait,
    }
    return claimBackup(this.#store, this.#manifest, options, seen)
  }

  async #work(prepared: Prepared, lease: Lease, connection: Connection): Promise<BackupResult> {
    const started = this.#now()
    const { onProgress, signal } = this.#options
    try {
      if (!this.#attended && lease.takeovers >= LAST_TAKEOVER)
        return await this.#giveUp(prepared.backup, lease, started)
      const run = await BackupRun.open({
        store: this.#store,
        connection,
        lease,
        prepared,
        now: this.#now,
        sizes: this.#around.sizes,
        stopping: () => signal?.aborted === true,
        ...(onProgress && { onProgress }),
      })
      const startTimestamp = run.backup.status?.startTimestamp ?? timestamp(started)
      run.backup.status = { ...run.backup.status, startTimestamp, phase: 'InProgress' }
      if (!(await run.work())) {
        if (this.#options.typed) throw new InterruptedError(run.backup.metadata.name)
        return result(run.backup, 'continued', run.account.firstFindings)
      }
      const { counts, firstFindings } = run.account
      const phase: BackupPhase = counts.errors > 0 ? 'PartiallyFailed' : 'Completed'
      const backup = ended(run.backup, phase, this.#now(), {
        ...(counts.warnings > 0 && { warnings: counts.warnings }),
        ...(counts.errors > 0 && { errors: counts.errors }),
        progress: { totalItems: counts.items, itemsBackedUp: counts.items },
        hookStatus: {},
      })
      await lease.assure()
      await writeBackup(this.#store, backup)
      await this.#close(backup, firstFindings, run.leavesSegments)
      return result(backup, 'finished', firstFindings)
    } finally {
      await giveUpLease(lease)
    }
  }

  /** Whoever ended the run may have died before it had tidied up. */
  async #acknowledge(claim: Ended): Promise<BackupResult> {
    if (!claim.closed) await this.#close(claim.ended, claim, true)
    return result(claim.ended, 'acknowledged', claim)
  }

  /** What remains of a run that has ended is its lease and, from when all is tidied up, its outcome. */
  async #close(backup: Backup, findings: Findings, clear: boolean): Promise<void> {
    const { name, uid = '' } = backup.metadata
    if (clear) await clearRun(this.#store, uid)
    const { errors, warnings } = findings
    await writeOutcome(this.#store, { uid, name, ended: this.#now().toISOString(), backup, errors, warnings })
  }

  /** A run that dies again and again without progress must not be taken up for ever. */
  async #giveUp(backup: Backup, lease: Lease, started: Date): Promise<BackupResult> {
    const failureReason = `the run was taken over ${lease.takeovers} times without making progress`
    const failed = ended(backup, 'Failed', this.#now(), {
      startTimestamp: timestamp(started),
      failureReason,
      errors: 1,
      hookStatus: {},
    })
    const findings = { errors: [failureReason], warnings: [] }
    await lease.renew()
    const { name, namespace } = backup.metadata
    await discardBackup(this.#store, name)
    const segments = new SegmentStore(this.#store, lease.uid, lease.epoch, this.#around.sizes)
    const account = new Account({ backup: `${namespace}/${name}`, segments, now: this.#now })
    account.report({ level: 'error', message: 'Backup failed', error: failureReason })
    await writeAccount(this.#store, name, account)
    await writeBackup(this.#store, failed)
    await this.#close(failed, findings, true)
    return result(failed, 'finished', findings)
  }

  /** As in Velero, a request that fails validation leaves nothing under backups/. Its outcome tells whoever asks again. */
  async #failValidation(validationErrors: string[]): Promise<BackupResult> {
    if (this.#options.typed) throw new BackupRefusedError(validationErrors)
    const status = { version: 1, formatVersion: '1.1.0', phase: 'FailedValidation', validationErrors } as const
    const backup: Backup = { ...this.#manifest, status }
    const findings = { errors: validationErrors, warnings: [] }
    if (this.#settings.location.spec.accessMode === 'ReadOnly') {
      const before = await endedBefore(this.#store, backup.metadata.name, backup.metadata.uid ?? '')
      return before === undefined ? result(backup, 'finished', findings) : result(before.ended, 'acknowledged', before)
    }
    const claim = await this.#claim()
    if ('ended' in claim) return this.#acknowledge(claim)
    try {
      // It was right when the run began: what is wrong now may be mended, and the run is gone on with then.
      if (claim.lease.epoch > 1 && (await new Checkpoints(this.#store, claim.lease.uid).read()) !== undefined)
        throw new BackupRefusedError(
          validationErrors,
          'Mend it, and send the same message again: it goes on with the run.',
        )
      await this.#close(backup, findings, false)
    } finally {
      await giveUpLease(claim.lease)
    }
    return result(backup, 'finished', findings)
  }
}

interface Findings {
  errors: string[]
  warnings: string[]
}

function result(backup: Backup, how: BackupResult['how'], { errors, warnings }: Findings): BackupResult {
  return { backup, how, errors, warnings }
}
