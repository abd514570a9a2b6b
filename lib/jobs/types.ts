import type { Backup } from '../velero/types.ts'
import type { Restore } from '../velero/types-restore.ts'
import type { Schedule } from '../velero/types-schedule.ts'

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
  /** Of an acknowledged one: the call that ended it died before all was tidied up, which this one has done. */
  closed?: true
  /** Why the run was ended, where one invocation after the other had died of it. */
  givenUp?: string
  /** Every error and warning, as results.gz has them, at most 20 of each here; the counts are in the status. */
  errors: string[]
  warnings: string[]
}

/** A backup as `get` shows it: a record, or a run that has none yet. */
export interface BackupView {
  backup: Backup
  /** A notice worth a cell in `get`, such as cluster-scoped kinds left out by 1.18's default. */
  note?: string
  /** Of the archive, compressed; only where it was asked for, and there is one. */
  archiveBytes?: number
  /** Set where several clusters are listed at once. */
  ofCluster?: string
  unfinished?: UnfinishedRun
}

/** A run without a record. */
export interface UnfinishedRun {
  uid: string
  /** Who works on it, until when; past that, nobody does. Absent where nobody has begun. */
  lease?: { owner: string; expires: string }
}

/** What a restore tells while it goes on; sent at most some times a second. */
export interface RestoreProgress {
  /** `reading`: the archive is looked through. `retrying`: what failed for reasons that pass is tried again. */
  step: 'connecting' | 'reading' | 'restoring' | 'retrying' | 'finishing'
  /** The wave at hand, by what is in it: `pods`, `all other kinds`; absent before the first. */
  wave?: string
  /** Its number from 1, and how many there are. */
  waveNumber?: number
  waves?: number
  /** Items dealt with, whatever became of them. */
  itemsRestored: number
  /** Items chosen so far; an estimate that grows. */
  totalItems: number
  created: number
  updated: number
  skipped: number
  failed: number
  elapsedMs: number
}

export interface RestoreResult {
  /** The record as it stands in the bucket (FailedValidation has none there, only this). */
  restore: Restore
  /** As for backups. */
  how: 'finished' | 'acknowledged' | 'continued'
  closed?: true
  /** Why the run was ended, where one invocation after the other had died of it. */
  givenUp?: string
  /** Every error and warning, as the results have them, at most 20 of each here; the counts are in the status. */
  errors: string[]
  warnings: string[]
}

/** A restore as `get` shows it. */
export interface RestoreView {
  restore: Restore
  /** One of Velero's, which left no record: fields that are absent are not known. */
  unrecorded?: true
  ofCluster?: string
  unfinished?: UnfinishedRun
}

/** A schedule as `get` and `describe` show it. */
export interface ScheduleView {
  schedule: Schedule
  /** When its next run comes; absent where it is paused or invalid. */
  next?: Date
  /** Since when a run has been due, if it is late. */
  late?: Date
  /** The name of its backup that is at work, or has been sent and not begun. */
  unfinished?: string
  ofCluster?: string
}
