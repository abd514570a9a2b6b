import type { Account } from '../backup/account.ts'
import { type Lease, LeaseHeldError } from '../bucket/lease.ts'
import { BACKUPS, BackupExistsError } from '../bucket/record-kinds.ts'
import { writeRecord } from '../bucket/records.ts'
import { SlotsTakenError } from '../bucket/slots.ts'
import type { Connection } from '../cluster/connect.ts'
import { clusterName } from '../config/config.ts'
import type { Settings } from '../config/types.ts'
import type { ObjectStore } from '../store/types.ts'
import { messageOf } from '../velero/errors.ts'
import { timestamp } from '../velero/timestamps.ts'
import type { Backup, BackupPhase } from '../velero/types.ts'
import { AROUND, type Around } from './around.ts'
import { BackupRun } from './backup-run.ts'
import { type BackupCheckpoint, Checkpoints } from './checkpoint.ts'
import type { Seen } from './claim.ts'
import { type Answer, Desk, type DeskOptions } from './desk.ts'
import { BackupRefusedError, InterruptedError } from './errors.ts'
import { failUnbegun } from './fail-unbegun.ts'
import { giveUpBackup, keptAccount } from './give-up-backup.ts'
import { giveUpLease } from './heartbeat.ts'
import { isRefusal } from './invocation.ts'
import { announceEnd } from './notify/after-run.ts'
import { newOwner } from './owner.ts'
import { type Prepared, prepare, problemsOf } from './prepare.ts'
import { refuseForeignFolders, refuseUnknown } from './refuse.ts'
import { inSlot } from './slot.ts'
import { ended, identified } from './status.ts'
import { newTally, type Tally } from './tally.ts'
import type { BackupResult, Progress } from './types.ts'

export { BackupExistsError }

export interface BackupOptions extends DeskOptions {
  /** Told when this call has ended the run, or tidied up after one that died, before anybody is notified. */
  onEnded?: (result: BackupResult) => void
  onProgress?: (progress: Progress) => void
}

/** Of what waits for others, or is refused and goes aside with its reason, no record tells. */
const mayPass = (error: unknown) =>
  error instanceof LeaseHeldError || error instanceof SlotsTakenError || isRefusal(error)

/** Of one cluster at the same time; Velero's default. */
const CONCURRENT_BACKUPS = 1

/**
 * Makes a backup, from the request to the record. At least once is enough: the same request (metadata.uid) may come
 * again, also while it is worked on, and is done once. Before the first write everything that can be wrong with the
 * request, the cluster or the location is checked; an error thrown until then means that nothing was written.
 *
 * Throws BackupRefusedError (a typed request that can't be meant), BackupExistsError, LeaseHeldError, SlotsTakenError, InterruptedError,
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
    const answer = await new BackupJob(settings, manifest, options, store, now, all).run(problems)
    const { record: backup, ...rest } = answer
    const result = { backup, ...rest }
    if (answer.how === 'finished' || answer.closed) options.onEnded?.(result)
    await announceEnd(answer, settings, { ...all, store, location: settings.location, now }, options)
    return result
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
  readonly #desk: Desk<Backup>
  readonly #tally: Tally

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
    this.#tally = options.tally ?? newTally()
    this.#desk = new Desk(store, BACKUPS, manifest, { ...options, now }, around.sleep)
  }

  async run(problems: string[]): Promise<Answer<Backup>> {
    if (problems.length > 0) return this.#failValidation(problems)
    // Whoever waits for the answer waits for no slot.
    if (this.#options.wait !== false) return this.#attempt()
    const seen = await this.#desk.lookUp()
    if (seen.ended !== undefined) return this.#desk.acknowledge(seen.ended)
    const { cluster } = this.#settings
    const slots = { cluster: clusterName(cluster) ?? 'default', limit: cluster.concurrentBackups ?? CONCURRENT_BACKUPS }
    const { uid = '' } = this.#manifest.metadata
    try {
      return await inSlot(this.#store, slots, uid, this.#now, () => this.#attempt(seen))
    } catch (error) {
      if (this.#options.last !== true || mayPass(error)) throw error
      return this.#failUnbegun(error)
    }
  }

  /** A run that has begun is looked after by the collector, and may still be gone on with. */
  async #failUnbegun(error: unknown): Promise<Answer<Backup>> {
    const { held } = await this.#desk.lookUp()
    if (held !== undefined) throw error
    const parts = { store: this.#store, location: this.#settings.location, now: this.#now, sizes: this.#around.sizes }
    await failUnbegun(this.#manifest, messageOf(error), { ...parts, owner: newOwner() })
    const { ended } = await this.#desk.lookUp()
    if (ended === undefined) throw error
    return { ...(await this.#desk.acknowledge(ended)), how: 'finished' }
  }

  async #attempt(known?: Seen<Backup>): Promise<Answer<Backup>> {
    const connection = await this.#around.connect(this.#settings.cluster)
    this.#tally.requests = connection.counts
    try {
      const location = this.#settings.location
      const preparing = Promise.all([
        prepare(this.#manifest, connection, location, this.#now()),
        refuseForeignFolders(this.#store, location.name),
      ])
      preparing.catch(() => {}) // thrown below, unless the bucket has the answer already
      const seen = known ?? (await this.#desk.lookUp())
      if (seen.ended !== undefined) return await this.#desk.acknowledge(seen.ended)
      const [prepared] = await preparing
      if (this.#options.typed) refuseUnknown(prepared)
      if (prepared.problems.length > 0) return await this.#failValidation(prepared.problems)
      const claim = await this.#desk.claim(seen)
      if ('ended' in claim) return await this.#desk.acknowledge(claim)
      return await this.#work(
        { ...prepared, backup: identified(prepared.backup, claim.request, this.#now()) },
        claim.lease,
        connection,
      )
    } finally {
      await connection.transport.close()
    }
  }

  async #work(prepared: Prepared, lease: Lease, connection: Connection): Promise<Answer<Backup>> {
    const started = this.#now()
    this.#tally.begun = started
    const { onProgress, signal } = this.#options
    try {
      const parts = { store: this.#store, lease, started, now: this.#now, sizes: this.#around.sizes }
      const giveUp = async (backup: Backup, reason: string, account?: Account): Promise<Answer<Backup>> => ({
        how: 'finished',
        ...(await giveUpBackup(backup, reason, parts, account)),
      })
      const cancelled = await this.#desk.cancelled(lease)
      if (cancelled !== undefined)
        return await giveUp(prepared.backup, cancelled, await keptAccount(prepared.backup, parts))
      const hopeless = this.#desk.hopeless(lease)
      if (hopeless !== undefined) return { ...(await giveUp(prepared.backup, hopeless)), givenUp: hopeless }
      const run = await BackupRun.open({
        store: this.#store,
        connection,
        lease,
        prepared,
        now: this.#now,
        sizes: this.#around.sizes,
        stopping: () => signal?.aborted === true,
        tally: this.#tally,
        ...(onProgress && { onProgress }),
      })
      const startTimestamp = run.backup.status?.startTimestamp ?? timestamp(started)
      run.backup.status = { ...run.backup.status, startTimestamp, phase: 'InProgress' }
      if (!(await run.work())) {
        const reason = await this.#desk.cancelled(lease)
        if (reason !== undefined) return await giveUp(run.backup, reason, run.account)
        if (this.#options.typed) throw new InterruptedError('backup', run.backup.metadata.name)
        return { record: run.backup, how: 'continued', ...run.account.firstFindings }
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
      await writeRecord(this.#store, BACKUPS, backup)
      await this.#desk.close(backup, firstFindings, run.leavesSegments)
      return { record: backup, how: 'finished', ...firstFindings }
    } finally {
      await giveUpLease(lease)
    }
  }

  #failValidation(validationErrors: string[]): Promise<Answer<Backup>> {
    if (this.#options.typed) throw new BackupRefusedError(validationErrors)
    const status = { version: 1, formatVersion: '1.1.0', phase: 'FailedValidation', validationErrors } as const
    const readOnly = this.#settings.location.spec.accessMode === 'ReadOnly'
    return this.#desk.refuse({ ...this.#manifest, status }, readOnly, async ({ uid }) => {
      if ((await new Checkpoints<BackupCheckpoint>(this.#store, uid).read()) === undefined) return
      throw new BackupRefusedError(
        validationErrors,
        'Mend it, and send the same message again: it goes on with the run.',
      )
    })
  }
}
