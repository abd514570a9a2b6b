import { BackupArchiveMissingError, type BackupSource, openSource } from '../bucket/archive-source.ts'
import { readCancellation } from '../bucket/cancellation.ts'
import { backupArchiveKey } from '../bucket/layout.ts'
import type { Lease } from '../bucket/lease.ts'
import { folderOf, RESTORES } from '../bucket/record-kinds.ts'
import { SegmentStore } from '../bucket/segments.ts'
import type { Sizes } from '../bucket/sizes.ts'
import type { Connection } from '../cluster/connect.ts'
import { type AccountState, RestoreAccount } from '../restore/account.ts'
import { writeRestoreFiles } from '../restore/files.ts'
import type { RestorePlan } from '../restore/plan.ts'
import type { PositionState } from '../restore/position.ts'
import type { RestoreWork } from '../restore/work.ts'
import type { ObjectStore } from '../store/types.ts'
import type { Restore } from '../velero/types-restore.ts'
import { Checkpoints } from './checkpoint.ts'
import { ArchiveChangedError } from './errors.ts'
import { discard } from './leftovers.ts'
import { meteredArchive } from './metered.ts'
import { decideBasis, type RestoreBasis, wantsOf } from './restore-basis.ts'
import type { PreparedRestore } from './restore-prepare.ts'
import { assembleWork } from './restore-work.ts'
import { Running } from './running.ts'
import type { Tally } from './tally.ts'
import type { RestoreProgress } from './types.ts'

/** All that another invocation needs to go on with a restore. */
export interface RestoreCheckpoint {
  version: 1
  epoch: number
  /** As it was prepared at the start. */
  restore: Restore
  basis: RestoreBasis
  account: AccountState
  position: PositionState
}

export interface RestoreRunOptions {
  /** Where the backup is. */
  backups: ObjectStore
  /** Where runs and records of restores are kept. */
  store: ObjectStore
  connection: Connection
  lease: Lease
  prepared: PreparedRestore
  /** When its name was claimed, by the API server's clock, in ms: nothing of it is older. */
  startedMs: number
  /** For what does not fit into memory of an archive without an index. */
  scratch: SegmentStore
  sizes: Sizes
  now: () => Date
  sleep: (ms: number) => Promise<unknown>
  /** The run is to end soon, with a checkpoint. */
  stopping: () => boolean
  tally: Tally
  onProgress?: (progress: RestoreProgress) => void
}

/** One holder's work on one restore, from the lease to the files; the record is the caller's. */
export class RestoreRun {
  readonly account: RestoreAccount
  readonly restore: Restore
  readonly #options: RestoreRunOptions
  readonly #checkpoints: Checkpoints<RestoreCheckpoint>
  readonly #from: RestoreCheckpoint | undefined
  readonly #segments: SegmentStore
  readonly #abort = new AbortController()
  readonly #running: Running
  #basis: RestoreBasis | undefined
  #work: RestoreWork | undefined
  #plan: RestorePlan | undefined
  #wave: number | 'retry' | undefined
  #step: RestoreProgress['step'] = 'reading'
  #total = 0

  private constructor(
    options: RestoreRunOptions,
    checkpoints: Checkpoints<RestoreCheckpoint>,
    from: RestoreCheckpoint | undefined,
  ) {
    const { store, lease, prepared, now, sizes } = options
    this.#options = options
    this.#checkpoints = checkpoints
    this.#from = from
    this.#basis = from?.basis
    this.restore = from?.restore ?? prepared.restore
    this.#segments = new SegmentStore(store, lease.uid, lease.epoch, sizes)
    const { name, namespace } = this.restore.metadata
    const restore = `${namespace}/${name}`
    this.account = new RestoreAccount({ restore, segments: this.#segments, now, ...(from && { from: from.account }) })
    this.#running = new Running({
      lease,
      abort: this.#abort,
      progress: () => ({ itemsRestored: this.account.counts.items, totalItems: this.#totalItems() }),
      checkpoint: () => this.#checkpoint(),
      cancelled: async () => (await readCancellation(store, lease.uid)) !== undefined,
      tell: elapsedMs => this.#options.onProgress?.(this.#tell(elapsedMs)),
      idle: () => this.account.idle(),
    })
  }

  /** Goes on from a checkpoint where an earlier holder left one, and deletes what it left beside that. */
  static async open(options: RestoreRunOptions): Promise<RestoreRun> {
    const { store, lease, prepared } = options
    const checkpoints = new Checkpoints<RestoreCheckpoint>(store, lease.uid)
    if (lease.epoch === 1) return new RestoreRun(options, checkpoints, undefined)
    const uploads = await discard(store, folderOf(RESTORES, prepared.restore.metadata.name))
    const run = new RestoreRun(options, checkpoints, await checkpoints.read())
    if (uploads !== undefined)
      run.account.info('Unfinished uploads of an earlier invocation may remain', { error: uploads })
    return run
  }

  /** The cluster and all files beside it. Answers false where the run stopped at a checkpoint. */
  work(): Promise<boolean> {
    return this.#running.run(
      () => this.#restore(),
      () => this.#finish(),
    )
  }

  /** Whether the run's folder holds more than its lease. */
  get leavesSegments(): boolean {
    return this.#checkpoints.written || this.#segments.used || this.#options.lease.epoch > 1
  }

  async #restore(): Promise<boolean> {
    const { account } = this
    const { connection, prepared, backups, store, startedMs } = this.#options
    const { backup } = prepared
    const archive = await this.#lookAtArchive()
    const source = await this.#openSource()
    if (this.#basis === undefined) {
      account.info('starting restore', { server: connection.transport.server })
      // Velero's own line, by which a restore without a record is tied to its backup.
      account.info(`Starting restore of backup ${this.restore.metadata.namespace}/${backup.metadata.name}`)
      const { transport } = connection
      const known = { startedMs, archive }
      const { basis, findings } = await decideBasis({ ...prepared, restore: this.restore }, source, transport, known)
      if (store !== backups) account.info('Recorded outside of the location of the backup', { store: store.url })
      for (const message of Object.values(basis.unserved)) account.info(message)
      for (const finding of findings) account.report(finding)
      this.#basis = basis
    }
    const { work, plan } = await assembleWork({
      ...this.#options,
      source,
      restore: this.restore,
      basis: this.#basis,
      account: this.account,
      signal: this.#abort.signal,
      stopping: () => this.#running.cancelled || this.#options.stopping(),
      from: this.#from?.position,
      onWave: wave => {
        this.#wave = wave
        this.#step = wave === 'retry' ? 'retrying' : 'restoring'
      },
    })
    this.#plan = plan
    this.#work = work
    this.#total = plan.members.reduce((sum, { member }) => sum + member.items, 0)
    return work.run()
  }

  /** Throws ArchiveChangedError where it is another one than the restore began with. */
  async #lookAtArchive(): Promise<RestoreBasis['archive']> {
    const { backups, prepared } = this.#options
    const { name } = prepared.backup.metadata
    const key = backupArchiveKey(name)
    const found = await backups.head(key)
    if (found === undefined) throw new BackupArchiveMissingError(name, key)
    const { etag, size } = found
    const before = this.#basis?.archive
    if (before !== undefined && (before.etag !== etag || before.size !== size)) throw new ArchiveChangedError(name)
    return { etag, size }
  }

  #openSource(): Promise<BackupSource> {
    const { backups, prepared, scratch, tally } = this.#options
    const { name } = prepared.backup.metadata
    const onArchiveBytes = (count: number) => {
      tally.archiveBytes += count
    }
    const wants = wantsOf(this.restore, prepared.discovery, this.#basis)
    const { signal } = this.#abort
    return openSource(meteredArchive(backups, name, onArchiveBytes), name, { scratch, wants, signal })
  }

  async #finish(): Promise<void> {
    this.#step = 'finishing'
    const { store, lease, sizes } = this.#options
    // A small restore is sooner looked at anew than taken up.
    if (this.#checkpoints.written) await this.#checkpoint()
    this.account.close()
    this.account.info('restore completed')
    await lease.assure()
    await writeRestoreFiles(store, this.restore.metadata.name, this.account, sizes.part)
  }

  /** Writes down how far the run has come, so that another invocation can go on from here. */
  async #checkpoint(): Promise<void> {
    const { lease } = this.#options
    const [basis, work] = [this.#basis, this.#work]
    if (basis === undefined || work === undefined) return
    // Both are taken now, in one breath; only their way to the store takes time.
    const position = work.position()
    const account = await this.account.snapshot()
    const { epoch } = lease
    await this.#checkpoints.write({ version: 1, epoch, restore: this.restore, basis, account, position })
    // Whoever stops in order has not died, even where it could only wait.
    const forward = work.done > 0 || this.#options.stopping()
    if (lease.takeovers > 0 && forward) await lease.renew({ takeovers: 0 })
  }

  #totalItems(): number {
    return this.#step === 'finishing' ? this.account.counts.items : Math.max(this.#total, this.account.counts.items)
  }

  #tell(elapsedMs: number): RestoreProgress {
    const { items, created, updated, skipped, failed } = this.account.counts
    const waves = this.#plan?.waves ?? []
    const wave = typeof this.#wave === 'number' ? waves[this.#wave] : undefined
    return {
      step: this.#step,
      ...(wave && { wave: wave.title, waveNumber: (this.#wave as number) + 1, waves: waves.length }),
      itemsRestored: items,
      totalItems: this.#totalItems(),
      created,
      updated,
      skipped,
      failed,
      elapsedMs,
    }
  }
}
