import { Account } from '../backup/account.ts'
import { lazyActionContext } from '../backup/action-context.ts'
import type { RunContext, RunControl, RunProgress } from '../backup/context.ts'
import { writeFiles } from '../backup/finish.ts'
import type { Sink } from '../backup/lane.ts'
import { fillArchive } from '../backup/run.ts'
import { Semaphore } from '../backup/semaphore.ts'
import { ArchiveWriter } from '../bucket/archive-writer.ts'
import { readCancellation } from '../bucket/cancellation.ts'
import { readBytes } from '../bucket/documents.ts'
import { backupArchiveKey } from '../bucket/layout.ts'
import type { Lease } from '../bucket/lease.ts'
import { BufferPool } from '../bucket/member.ts'
import { BACKUPS, folderOf } from '../bucket/record-kinds.ts'
import { SegmentStore } from '../bucket/segments.ts'
import type { Sizes } from '../bucket/sizes.ts'
import type { Connection } from '../cluster/connect.ts'
import type { ObjectInfo, ObjectStore } from '../store/types.ts'
import type { Backup } from '../velero/types.ts'
import { type BackupCheckpoint, Checkpoints } from './checkpoint.ts'
import { deleteObjects, endUploads } from './leftovers.ts'
import { type Prepared, planFrom } from './prepare.ts'
import { Running } from './running.ts'
import type { Tally } from './tally.ts'
import type { Progress } from './types.ts'

/** Members under compression at once: as many as Node has threads for it, each with some MiB. */
const COMPRESSORS = 4

export interface BackupRunOptions {
  store: ObjectStore
  connection: Connection
  lease: Lease
  prepared: Prepared
  now: () => Date
  sizes: Sizes
  /** The run is to end at the next page, with a checkpoint. */
  stopping: () => boolean
  tally: Tally
  onProgress?: (progress: Progress) => void
}

/** One holder's work on one backup, from the lease to the files; the record is the caller's. */
export class BackupRun {
  readonly account: Account
  #options: BackupRunOptions
  #checkpoints: Checkpoints<BackupCheckpoint>
  #segments: SegmentStore
  #archive: ArchiveWriter
  #whole: ObjectInfo | undefined
  #backup: Backup
  #abort = new AbortController()
  readonly #running: Running
  #progress: RunProgress = { seen: 0, bytesRead: 0, pages: 0 }
  #step: Progress['step'] = 'listing'

  private constructor(
    options: BackupRunOptions,
    checkpoints: Checkpoints<BackupCheckpoint>,
    from: { checkpoint: BackupCheckpoint; tail: Buffer | undefined; whole: ObjectInfo | undefined } | undefined,
  ) {
    const { store, lease, prepared, now, sizes } = options
    this.#options = options
    this.#checkpoints = checkpoints
    this.#backup = from?.checkpoint.backup ?? prepared.backup
    this.#segments = new SegmentStore(store, lease.uid, lease.epoch, sizes)
    const { name, namespace } = this.#backup.metadata
    const backup = `${namespace}/${name}`
    this.account = new Account({
      backup,
      segments: this.#segments,
      now,
      ...(from && { from: from.checkpoint.account }),
    })
    this.#archive = new ArchiveWriter(store, backupArchiveKey(name), {
      ...(from && { from: from.checkpoint.archive }),
      ...(from?.tail && { tail: from.tail }),
      onUpload: () => this.#running.checkpointSoon(),
      partBytes: sizes.part,
    })
    this.#whole = from?.whole
    this.#running = new Running({
      lease,
      abort: this.#abort,
      progress: () => ({ itemsBackedUp: this.account.counts.items, totalItems: this.#total() }),
      checkpoint: () => this.checkpoint(),
      cancelled: async () => (await readCancellation(store, lease.uid)) !== undefined,
      tell: elapsedMs => this.#options.onProgress?.(this.#tell(elapsedMs)),
      idle: () => Promise.all([this.#archive.idle(), this.account.idle()]),
    })
  }

  /** Adopts what a checkpoint describes and deletes the rest; without one, begins anew. */
  static async open(options: BackupRunOptions): Promise<BackupRun> {
    const { store, lease, prepared } = options
    const { name } = prepared.backup.metadata
    const checkpoints = new Checkpoints<BackupCheckpoint>(store, lease.uid)
    if (lease.epoch === 1) return BackupRun.#begin(new BackupRun(options, checkpoints, undefined))
    const checkpoint = await checkpoints.read()
    const key = backupArchiveKey(name)
    const there = await store.head(key)
    const whole = checkpoint?.wholeSize !== undefined && there?.size === checkpoint.wholeSize ? there : undefined
    await deleteObjects(store, folderOf(BACKUPS, name), whole === undefined ? [] : [key])
    const uploads = await endUploads(store, folderOf(BACKUPS, name), checkpoint?.archive.uploadId)
    const run = await BackupRun.#takeUp(options, checkpoints, checkpoint, whole)
    if (uploads !== undefined)
      run.account.info('Unfinished uploads of an earlier invocation may remain', { error: uploads })
    return run
  }

  static async #takeUp(
    options: BackupRunOptions,
    checkpoints: Checkpoints<BackupCheckpoint>,
    checkpoint: BackupCheckpoint | undefined,
    whole: ObjectInfo | undefined,
  ): Promise<BackupRun> {
    if (checkpoint === undefined) return BackupRun.#begin(new BackupRun(options, checkpoints, undefined))
    const { tail: key } = checkpoint.archive
    const tail = key === undefined ? undefined : await readBytes(options.store, key)
    const plan = planFrom(checkpoint.backup, checkpoint.basis)
    const resumed = { ...options, prepared: { ...options.prepared, ...plan, basis: checkpoint.basis } }
    return new BackupRun(resumed, checkpoints, { checkpoint, tail, whole })
  }

  /** As it was decided when the run began. */
  get backup(): Backup {
    return this.#backup
  }

  /** The archive and all files beside it. Answers false where the run stopped at a checkpoint. */
  work(): Promise<boolean> {
    return this.#running.run(
      () => this.#fill(),
      () => this.#finish(),
    )
  }

  /** Writes down how far the run has come, so that another invocation can go on from here. */
  async checkpoint(): Promise<void> {
    const { lease } = this.#options
    const whole = this.account.cursors.has('end') ? { wholeSize: this.#archive.size } : {}
    // Both are taken now, in one breath; only their way to the store takes time.
    const [account, archive] = await Promise.all([
      this.account.snapshot(),
      this.#archive.snapshot(tail => this.#segments.put('tail', tail)),
    ])
    const { epoch } = lease
    const { basis } = this.#options.prepared
    await this.#checkpoints.write({ version: 1, epoch, backup: this.#backup, basis, account, archive, ...whole })
    // A run that only takes up what was done before, and dies with it, has not come forward.
    if (lease.takeovers > 0 && this.#progress.pages > 0) await lease.renew({ takeovers: 0 })
  }

  /** Whether the run's folder holds more than its lease. */
  get leavesSegments(): boolean {
    return this.#checkpoints.written || this.#segments.used || this.#options.lease.epoch > 1
  }

  static #begin(run: BackupRun): BackupRun {
    const { account } = run
    account.info('Backup started', { server: run.#options.connection.transport.server })
    for (const finding of run.#options.prepared.findings) account.report(finding)
    return run
  }

  async #fill(): Promise<boolean> {
    const { connection, prepared, now, sizes, tally } = this.#options
    const control: RunControl = {
      signal: this.#abort.signal,
      abort: reason => this.#abort.abort(reason),
      // Each invocation completes at least one page, however short its time.
      stopping: () =>
        this.#abort.signal.aborted || this.#running.cancelled || (this.#progress.pages > 0 && this.#options.stopping()),
    }
    const sink: Sink = {
      archive: this.#archive,
      account: this.account,
      pool: new BufferPool(),
      compressors: new Semaphore(COMPRESSORS),
      memberBytes: sizes.member,
      mtime: Math.floor(now().getTime() / 1000),
      onBytes: count => {
        tally.archiveBytes += count
      },
    }
    const { transport } = connection
    const warn = (message: string, error: string) =>
      this.account.reportOnce('cluster role bindings', { level: 'warning', message, error })
    const context: RunContext = {
      backup: this.#backup,
      transport,
      discovery: prepared.discovery,
      selection: prepared.selection,
      namespaces: prepared.namespaces,
      sink,
      actionContext: lazyActionContext(this.#backup.metadata.name, { ...prepared, transport }, warn),
      control,
      progress: this.#progress,
    }
    try {
      const done = await fillArchive(context)
      this.#abort.signal.throwIfAborted()
      return done
    } catch (error) {
      // Whoever takes this run over must not find us still writing.
      this.#abort.abort(error)
      await sink.compressors.idle()
      throw error
    }
  }

  async #finish(): Promise<void> {
    this.#step = 'finishing'
    // A small backup is sooner made anew than taken up.
    if (this.#checkpoints.written) await this.checkpoint()
    await this.#options.lease.assure()
    const { store, sizes } = this.#options
    await writeFiles(store, this.#backup, this.account, this.#archive, sizes.part, this.#whole)
  }

  #total(): number {
    return Math.max(this.#progress.seen, this.account.counts.items)
  }

  #tell(elapsedMs: number): Progress {
    const { bytesRead, resource } = this.#progress
    return {
      step: this.#step,
      itemsBackedUp: this.account.counts.items,
      totalItems: this.#total(),
      bytesRead,
      bytesWritten: this.#options.tally.archiveBytes,
      ...(resource !== undefined && { resource }),
      elapsedMs,
    }
  }
}
