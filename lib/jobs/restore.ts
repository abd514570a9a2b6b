import { ArchiveFormatError, BackupArchiveMissingError, HostileArchiveError } from '../bucket/archive-source.ts'
import { readIntent } from '../bucket/deletions.ts'
import type { Lease } from '../bucket/lease.ts'
import { BACKUPS, RESTORES, RestoreExistsError } from '../bucket/record-kinds.ts'
import { writeRecord } from '../bucket/records.ts'
import type { Connection } from '../cluster/connect.ts'
import type { Settings } from '../config/types.ts'
import type { RestoreAccount } from '../restore/account.ts'
import type { ObjectStore } from '../store/types.ts'
import { LateenError, messageOf } from '../velero/errors.ts'
import { timestamp } from '../velero/timestamps.ts'
import type { Backup } from '../velero/types.ts'
import type { Restore } from '../velero/types-restore.ts'
import { validateRestore } from '../velero/validate-restore.ts'
import { AROUND, type Around } from './around.ts'
import { Checkpoints } from './checkpoint.ts'
import type { Claim, Ended } from './claim.ts'
import { type Answer, Desk, type DeskOptions } from './desk.ts'
import { ArchiveChangedError, InterruptedError, LocationNotWritableError, RestoreRefusedError } from './errors.ts'
import { endedRestore, giveUpRestore } from './give-up-restore.ts'
import { giveUpLease } from './heartbeat.ts'
import { announceEnd } from './notify/after-run.ts'
import { refuseForeignFolders } from './refuse.ts'
import { type PreparedRestore, prepareRestore } from './restore-prepare.ts'
import { RestoreRun } from './restore-run.ts'
import { localScratch } from './scratch.ts'
import { identified } from './status.ts'
import { newTally, type Tally } from './tally.ts'
import type { RestoreProgress, RestoreResult } from './types.ts'

export { RestoreExistsError }

export interface RestoreOptions extends DeskOptions {
  /** Told when this call has ended the run, or tidied up after one that died, before anybody is notified. */
  onEnded?: (result: RestoreResult) => void
  onProgress?: (progress: RestoreProgress) => void
}

/**
 * Restores from a backup, from the request to the record. As for createBackup at least once is enough, and before the
 * first write everything that can be wrong with the request, the backup, the cluster or the location is checked.
 *
 * Throws RestoreRefusedError (a typed request that can't be meant), LocationNotWritableError, RestoreExistsError,
 * LeaseHeldError, InterruptedError, and the errors of cluster and store. Of a message that fails validation the result
 * has phase FailedValidation; of an archive that is no use, Failed.
 */
export async function createRestore(
  settings: Settings,
  manifest: Restore,
  options: RestoreOptions,
  around: Partial<Around> = {},
): Promise<RestoreResult> {
  const all = { ...AROUND, ...around }
  const problems = validateRestore(manifest)
  if (problems.length > 0 && options.typed) throw new RestoreRefusedError(problems)
  const results = resultsOf(settings)
  const backups = await all.openStore(settings.location)
  const store = results === settings.location ? backups : await all.openStore(results)
  try {
    const job = new RestoreJob({ settings, manifest, options, around: all, backups, store })
    const answer = await job.run(problems)
    const { record: restore, ...rest } = answer
    const result = { restore, ...rest }
    if (answer.how === 'finished' || answer.closed) options.onEnded?.(result)
    const now = options.now ?? (() => new Date())
    await announceEnd(answer, settings, { ...all, store, location: results, now }, options)
    return result
  } finally {
    await Promise.all([backups.close(), store === backups ? undefined : store.close()])
  }
}

/** Where the restore is recorded. */
function resultsOf({ location, results }: Settings): Settings['location'] {
  if (results !== undefined) return results
  if (location.spec.accessMode !== 'ReadOnly') return location
  throw new LocationNotWritableError(
    `the location ${JSON.stringify(location.name)} is read-only, and there is no other one to record the restore in`,
    { next: 'Give it a resultsLocation in lateen.yaml.' },
  )
}

/** The right to work on a restore. */
type Claimed = Exclude<Claim<Restore>, Ended<Restore>>

interface JobParts {
  settings: Settings
  manifest: Restore
  options: RestoreOptions
  around: Around
  /** Of the backup's location. */
  backups: ObjectStore
  /** Where runs and records are kept; the same, unless that must not be written to. */
  store: ObjectStore
}

/** An archive of which nothing can be restored, however often it is tried: the restore is Failed. */
const NO_USE = [HostileArchiveError, ArchiveFormatError, BackupArchiveMissingError, ArchiveChangedError]

/**
 * The ceiling of requests in flight, unless one is configured. Twice that of a backup: writes are small, and etcd and the API
 * server deal with more of them at a time for less. Measured at 10,000 items: 26.8 s at 16, 23.7 s at 32, 23.2 s at 64.
 */
const CONCURRENCY = 32

class RestoreJob {
  readonly #parts: JobParts
  readonly #now: () => Date
  readonly #desk: Desk<Restore>
  readonly #tally: Tally

  constructor(parts: JobParts) {
    const { store, manifest, options, around } = parts
    this.#parts = parts
    this.#now = options.now ?? (() => new Date())
    this.#tally = options.tally ?? newTally()
    this.#desk = new Desk(store, RESTORES, manifest, { ...options, now: this.#now }, around.sleep)
  }

  async run(problems: string[]): Promise<Answer<Restore>> {
    if (problems.length > 0) return this.#failValidation(problems)
    const { settings, manifest, options, around, backups, store } = this.#parts
    const connection = await around.connect({ maxConcurrency: CONCURRENCY, ...settings.cluster })
    this.#tally.requests = connection.counts
    try {
      const seen = await this.#desk.lookUp()
      if (seen.ended !== undefined) return await this.#desk.acknowledge(seen.ended)
      const { location, results = location } = settings
      const elsewhere = results === location ? {} : { elsewhere: location.name }
      const [prepared] = await Promise.all([
        prepareRestore(manifest, connection, backups, this.#now, { backup: seen.held?.backup, ...elsewhere }),
        refuseForeignFolders(store, results.name),
      ])
      if ('problems' in prepared) return await this.#failValidation(prepared.problems)
      if (options.typed) refuseUnknown(prepared)
      const claim = await this.#desk.claim(seen, { backup: prepared.backup.metadata.name, ...elsewhere })
      if ('ended' in claim) return await this.#desk.acknowledge(claim)
      return await this.#work(prepared, claim, connection)
    } finally {
      await connection.transport.close()
    }
  }

  async #work(prepared: PreparedRestore, claim: Claimed, connection: Connection): Promise<Answer<Restore>> {
    const { lease, request, claimed, backup } = claim
    try {
      // Another invocation was faster, and chose another backup of the schedule: whoever asks again goes on with that.
      if (backup !== undefined && backup !== prepared.backup.metadata.name)
        throw new InterruptedError('restore', request.metadata.name)
      const restore = identified(prepared.restore, request, this.#now())
      const [cancelled, goes] = await Promise.all([
        this.#desk.cancelled(lease),
        this.#sourceGoes(prepared.backup, lease),
      ])
      const started = this.#now()
      this.#tally.begun = started
      const givenUp = this.#desk.hopeless(lease)
      if (cancelled === undefined && givenUp !== undefined)
        return { ...(await this.#giveUp(restore, lease, givenUp, started)), givenUp }
      const reason = cancelled ?? goes
      if (reason !== undefined) return await this.#giveUp(restore, lease, reason, started)
      return await this.#restore({ ...prepared, restore }, lease, claimed, connection)
    } finally {
      await giveUpLease(lease)
    }
  }

  /**
   * A deletion of the backup looks for restores after its intent, and a restore for an intent after its claim, so that at least one
   * of the two gives way. Once it has been answered and the work has begun, the deletion has seen the claim, and is withdrawn.
   */
  async #sourceGoes({ metadata: { name } }: Backup, { epoch, uid }: Lease): Promise<string | undefined> {
    const { backups, store } = this.#parts
    const [intent, begun] = await Promise.all([
      readIntent(backups, BACKUPS, name),
      epoch > 1 ? new Checkpoints(store, uid).read() : undefined,
    ])
    return intent && begun === undefined ? `the backup ${JSON.stringify(name)} is being deleted` : undefined
  }

  async #restore(
    prepared: PreparedRestore,
    lease: Lease,
    claimed: Date,
    connection: Connection,
  ): Promise<Answer<Restore>> {
    const { options, around, backups, store } = this.#parts
    const { onProgress, signal, typed } = options
    const { sizes, sleep } = around
    await using scratch = await localScratch(around)
    const started = this.#now()
    const run = await RestoreRun.open({
      ...{ backups, store, connection, lease, prepared, sizes, sleep },
      scratch: scratch.segments,
      startedMs: claimed.getTime() + prepared.clusterAheadMs,
      now: this.#now,
      stopping: () => signal?.aborted === true,
      tally: this.#tally,
      ...(onProgress && { onProgress }),
    })
    const startTimestamp = run.restore.status?.startTimestamp ?? timestamp(started)
    run.restore.status = { ...run.restore.status, startTimestamp, phase: 'InProgress' }
    const done = await run.work().catch(error => {
      if (!NO_USE.some(kind => error instanceof kind)) throw error
      return error as LateenError
    })
    if (done instanceof LateenError) return this.#giveUp(run.restore, lease, messageOf(done), started)
    if (!done) {
      const reason = await this.#desk.cancelled(lease)
      if (reason !== undefined) return this.#giveUp(run.restore, lease, reason, started, run.account)
      if (typed) throw new InterruptedError('restore', run.restore.metadata.name)
      return { record: run.restore, how: 'continued', ...run.account.firstFindings }
    }
    const { counts, firstFindings } = run.account
    const phase = counts.errors > 0 ? 'PartiallyFailed' : 'Completed'
    const restore = endedRestore(run.restore, phase, counts, this.#now())
    await lease.assure()
    await writeRecord(store, RESTORES, restore)
    await this.#desk.close(restore, firstFindings, run.leavesSegments)
    return { record: restore, how: 'finished', ...firstFindings }
  }

  async #giveUp(
    restore: Restore,
    lease: Lease,
    reason: string,
    started: Date,
    account?: RestoreAccount,
  ): Promise<Answer<Restore>> {
    const { store, around } = this.#parts
    const parts = { store, lease, started, now: this.#now, sizes: around.sizes }
    return { how: 'finished', ...(await giveUpRestore(restore, reason, parts, account)) }
  }

  #failValidation(validationErrors: string[]): Promise<Answer<Restore>> {
    const { options, manifest, store } = this.#parts
    if (options.typed) throw new RestoreRefusedError(validationErrors)
    const status = { phase: 'FailedValidation', validationErrors } as const
    return this.#desk.refuse({ ...manifest, status }, false, async ({ uid }) => {
      if ((await new Checkpoints(store, uid).read()) === undefined) return
      throw new RestoreRefusedError(
        validationErrors,
        'Mend it, and send the same message again: it goes on with the run.',
      )
    })
  }
}

/** What a person typed and the backup does not have can't be meant. */
function refuseUnknown({ unknown, backup }: PreparedRestore): void {
  const { name } = backup.metadata
  const problems = [
    ...unknown.namespaces.map(each => `the backup ${JSON.stringify(name)} has no namespace ${JSON.stringify(each)}`),
    ...unknown.resources.map(each => `neither the backup nor the cluster has a kind ${JSON.stringify(each)}`),
  ]
  if (problems.length > 0) throw new RestoreRefusedError(problems, 'Correct the name.')
}
