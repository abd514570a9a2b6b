import type { AccountState } from '../backup/account.ts'
import type { ArchiveState } from '../bucket/archive-writer.ts'
import { type Document, readDocument, writeDocument } from '../bucket/documents.ts'
import { runCheckpointKey } from '../bucket/layout.ts'
import { LeaseLostError } from '../bucket/lease.ts'
import { type ObjectStore, PreconditionFailedError } from '../store/types.ts'
import type { Backup } from '../velero/types.ts'
import type { PlanBasis } from './prepare.ts'

/** All that another invocation needs to go on with a backup. */
export interface BackupCheckpoint {
  version: 1
  epoch: number
  /** As it was prepared at the start: what exists now may differ, what was decided stays. */
  backup: Backup
  /** What the plan follows from: the same lists are read to the end, whatever exists meanwhile. */
  basis: PlanBasis
  account: AccountState
  archive: ArchiveState
  /** Once the archive has all its members: its size in bytes, by which a completed one is known. */
  wholeSize?: number
}

/** The one checkpoint of a run, replaced in place by its holder. */
export class Checkpoints<Checkpoint> {
  #store: ObjectStore
  #uid: string
  #etag: string | undefined
  /** Whether there is one. */
  written = false

  constructor(store: ObjectStore, uid: string) {
    this.#store = store
    this.#uid = uid
  }

  async read(): Promise<Checkpoint | undefined> {
    const found: Document<Checkpoint> | undefined = await readDocument(this.#store, runCheckpointKey(this.#uid))
    this.#etag = found?.etag
    this.written = found !== undefined
    return found?.value
  }

  /** Throws LeaseLostError where another holder has written one. */
  async write(checkpoint: Checkpoint): Promise<void> {
    const condition = this.#etag === undefined ? ({ ifNoneMatch: '*' } as const) : { ifMatch: this.#etag }
    try {
      this.#etag = await writeDocument(this.#store, runCheckpointKey(this.#uid), checkpoint, condition)
      this.written = true
    } catch (error) {
      throw error instanceof PreconditionFailedError ? new LeaseLostError(this.#uid, error) : error
    }
  }
}
