import type { Backup } from '../velero/types.ts'

/** What a run tells while it goes on; sent at most some times a second. */
export interface Progress {
  /** What goes on: `connecting`, `listing`, `related`, `finishing`. */
  step: 'connecting' | 'listing' | 'related' | 'finishing'
  itemsBackedUp: number
  /** Items seen by lists so far; an estimate that grows. */
  totalItems: number
  /** Of JSON read from the cluster. */
  bytesRead: number
  /** Of archive handed to the store. */
  bytesWritten: number
  /** The resource that was last written: `deployments.apps`. */
  resource?: string
  elapsedMs: number
}

export interface BackupResult {
  /** The record as it stands in the bucket (FailedValidation has none there, only this). */
  backup: Backup
  /** `finished`: this call ended it. `acknowledged`: a call with the same uid had done so before. `continued`: the deadline came first; the queue has its continuation. */
  how: 'finished' | 'acknowledged' | 'continued'
  /** Every error and warning, as results.gz has them, at most 20 of each here; the counts are in the status. */
  errors: string[]
  warnings: string[]
}

/** A backup as `get` shows it: a record, or a run that has none yet. */
export interface BackupView {
  backup: Backup
  /** A notice worth a cell in `get`, such as cluster-scoped kinds left out by 1.18's default. */
  note?: string
}
