import { type BackupSource, openSource } from '../bucket/archive-source.ts'
import type { Lease } from '../bucket/lease.ts'
import { folderOf, RESTORES } from '../bucket/record-kinds.ts'
import { SegmentStore } from '../bucket/segments.ts'
import type { Sizes } from '../bucket/sizes.ts'
import type { Connection } from '../cluster/connect.ts'
import { type AccountState, RestoreAccount } from '../restore/account.ts'
import type { RestoreControl } from '../restore/control.ts'
import { type RestoreFacts, restoreLabels } from '../restore/facts.ts'
import { writeRestoreFiles } from '../restore/files.ts'
import { TargetKinds } from '../restore/kinds.ts'
import { Namespaces } from '../restore/namespaces.ts'
import { mayHoldChosen, planMembers, type RestorePlan } from '../restore/plan.ts'
import type { PositionState } from '../restore/position.ts'
import { findRelated } from '../restore/related.ts'
import { resolveLists, selectionOf } from '../restore/selection.ts'
import { storedNamespaces } from '../restore/stored-namespaces.ts'
import { RestoreWork } from '../restore/work.ts'
import type { ObjectStore } from '../store/types.ts'
import { recreateResources } from '../velero/recreate.ts'
import type { Restore } from '../velero/types-restore.ts'
import { Checkpoints } from './checkpoint.ts'
import { keepLease } from './heartbeat.ts'
import { deleteObjects } from './leftovers.ts'
import { keepMemoryFlat } from './memory.ts'
import { decideBasis, type RestoreBasis, wantsOf } from './restore-basis.ts'
import { actionContext, readVolumeRecords } from './restore-facts.ts'
import type { PreparedRestore } from './restore-prepare.ts'
import type { Scratch } from './scratch.ts'
import type { RestoreProgress } from './types.ts'

/** Between checkpoints, in ms: what a dead run's successor has to look at again. */
const CHECKPOINT_MS = 20_000

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
  scratch: Scratch
  sizes: Sizes
  now: () => Date
  sleep: (ms: number) => Promise<unknown>
  /** The run is to end soon, with a checkpoint. */
  stopping: () => boolean
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
  #basis: RestoreBasis | undefined
  #work: RestoreWork | undefined
  #plan: RestorePlan | undefined
  #wave: number | 'retry' | undefined
  #step: RestoreProgress['step'] = 'reading'
  #total = 0
  #checkpointing: Promise<void> = Promise.resolve()

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
  }

  /** Goes on from a checkpoint where an earlier holder left one, and deletes what it left beside that. */
  static async open(options: RestoreRunOptions): Promise<RestoreRun> {
    const { store, lease, prepared } = options
    const checkpoints = new Checkpoints<RestoreCheckpoint>(store, lease.uid)
    if (lease.epoch === 1) return new RestoreRun(options, checkpoints, undefined)
    await deleteObjects(store, folderOf(RESTORES, prepared.restore.metadata.name), [])
    return new RestoreRun(options, checkpoints, await checkpoints.read())
  }

  /** The cluster and all files beside it. Answers false where the run stopped at a checkpoint. */
  async work(): Promise<boolean> {
    const { lease } = this.#options
    const progress = () => ({ itemsRestored: this.account.counts.items, totalItems: this.#totalItems() })
    const endMemory = keepMemoryFlat()
    const endLease = keepLease(lease, { progress, lost: reason => this.#abort.abort(reason) })
    const checkpoints = setInterval(() => this.#checkpointSoon(), CHECKPOINT_MS).unref()
    const started = performance.now()
    const tell = () => this.#options.onProgress?.(this.#tell(performance.now() - started))
    const teller = setInterval(tell, 200).unref()
    try {
      const done = await this.#restore()
      this.#abort.signal.throwIfAborted()
      clearInterval(checkpoints)
      await this.#checkpointing
      if (!done) {
        await this.#checkpoint()
        return false
      }
      this.#step = 'finishing'
      await this.#finish()
      return true
    } catch (error) {
      this.#abort.abort(error)
      await this.account.idle()
      throw error
    } finally {
      clearInterval(checkpoints)
      clearInterval(teller)
      endMemory()
      await this.#checkpointing.catch(() => {})
      await endLease()
      tell()
    }
  }

  /** Whether the run's folder holds more than its lease. */
  get leavesSegments(): boolean {
    return this.#checkpoints.written || this.#segments.used || this.#options.lease.epoch > 1
  }

  async #restore(): Promise<boolean> {
    const { account } = this
    const { connection, prepared, backups, store } = this.#options
    const { discovery, backup, clusterMs } = prepared
    const source = await this.#openSource()
    if (this.#basis === undefined) {
      account.info('starting restore', { server: connection.transport.server })
      // Velero's own line, by which a restore without a record is tied to its backup.
      account.info(`Starting restore of backup ${this.restore.metadata.namespace}/${backup.metadata.name}`)
      const { transport } = connection
      const { basis, findings } = await decideBasis(this.restore, source, discovery, transport, clusterMs)
      if (store !== backups) account.info('Recorded outside of the location of the backup', { store: store.url })
      for (const message of Object.values(basis.unserved)) account.info(message)
      for (const finding of findings) account.report(finding)
      this.#basis = basis
    }
    const work = await this.#prepareWork(source, this.#basis)
    this.#work = work
    this.#step = 'restoring'
    return work.run()
  }

  #openSource(): Promise<BackupSource> {
    const { backups, prepared, scratch } = this.#options
    const wants = wantsOf(this.restore, prepared.discovery, this.#basis)
    const { signal } = this.#abort
    return openSource(backups, prepared.backup.metadata.name, { scratch: scratch.segments, wants, signal })
  }

  async #prepareWork(source: BackupSource, basis: RestoreBasis): Promise<RestoreWork> {
    const { connection, prepared, backups, sleep, now, stopping } = this.#options
    const { transport } = connection
    const backupName = prepared.backup.metadata.name
    const selection = selectionOf(this.restore.spec, basis.lists)
    const records = await readVolumeRecords(backups, backupName)
    const related = await findRelated(source, selection, records, member => mayHoldChosen(member, selection))
    const plan = planMembers(source, selection, related, basis.waves, basis.versions)
    this.#plan = plan
    this.#total = plan.members.reduce((sum, { member }) => sum + member.items, 0)
    const { modifiers, config, discovery } = prepared
    const actions = actionContext(this.restore, config)
    const facts: RestoreFacts = { restore: this.restore, backupName, selection, related, records, actions, modifiers }
    const { signal } = this.#abort
    const control: RestoreControl = { signal, stopping: () => signal.aborted || stopping(), sleep, now }
    const { startedMs } = basis
    const recreated = new Set(this.#recreated())
    const recreates = (resource: string) => recreated.has(resource)
    const createdNamespaces = new Set(this.#from?.position.namespaces)
    const namespaces = new Namespaces({
      transport,
      control,
      startedMs,
      stored: storedNamespaces(source),
      onCreated: target => {
        if (createdNamespaces.has(target)) return
        createdNamespaces.add(target)
        const about = { kind: 'v1/Namespace', resource: 'namespaces', namespace: '', name: target }
        this.account.add({ ...about, action: 'created', findings: [] })
      },
    })
    const writer = { transport, facts, labels: restoreLabels(facts), control, startedMs, recreates }
    const kinds = new TargetKinds(discovery, basis.sameInAllVersions)
    const unserved = new Map(Object.entries(basis.unserved))
    return new RestoreWork({
      source,
      plan,
      items: { writer, kinds, namespaces, unserved, denied: new Map() },
      account: this.account,
      control,
      ...(this.#from && { from: this.#from.position }),
      createdNamespaces,
      onWave: wave => {
        this.#wave = wave
        this.#step = wave === 'retry' ? 'retrying' : 'restoring'
      },
    })
  }

  /** Kinds that policy recreate is for, as group-resources. */
  #recreated(): string[] {
    const names = recreateResources(this.restore)
    const archived = [...new Set(this.#plan?.members.map(({ member }) => member.resource))]
    const { discovery } = this.#options.prepared
    return resolveLists({ includedResources: names }, discovery, archived).lists.included
  }

  async #finish(): Promise<void> {
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
    if (lease.takeovers > 0 && work.done > 0) await lease.renew({ takeovers: 0 })
  }

  /** Checkpoints follow each other; one that is due while another is written waits for it. */
  #checkpointSoon(): void {
    this.#checkpointing = this.#checkpointing.then(() => this.#checkpoint()).catch(error => this.#abort.abort(error))
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
