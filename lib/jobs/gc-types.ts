import type { Decision } from '../gc/retention.ts'
import type { Timestamp } from '../velero/types.ts'
import type { ScheduleHealth } from './schedule-health.ts'
import type { DeadRun } from './sweep.ts'

/** A backup or restore that was deleted, or could not be. */
export interface DeletedItem {
  kind: 'backup' | 'restore'
  name: string
  reason: string
  /** Objects, or versions of them. */
  removed: number
  /** Why it is still there, or some of it. */
  problem?: string
}

/** What object lock keeps of what was deleted. */
export interface LockedVersion {
  key: string
  /** Absent for a legal hold. */
  until?: Timestamp
}

/** What one collection did, and why: the object that it leaves under metadata/lateen/gc/. */
export interface GcAccount {
  version: 1
  location: string
  started: Timestamp
  ended: Timestamp
  /** Backups that stay. */
  kept: number
  deleted: DeletedItem[]
  locked: LockedVersion[]
  runs: DeadRun[]
  /** Notifications that could not be sent; why is among the problems. */
  unsent: number
  /** What is there and belongs to no run of ours: it is left alone. */
  foreign: string[]
  problems: string[]
}

/** Of a collection that has done nothing yet. */
export function emptyAccount(location: string, now: Date): GcAccount {
  const at = now.toISOString()
  const nothing = { kept: 0, deleted: [], locked: [], runs: [], unsent: 0, foreign: [], problems: [] }
  return { version: 1, location, started: at, ended: at, ...nothing }
}

export interface GcResult extends GcAccount {
  /** Those that are at work; nothing is kept of it. */
  schedules: ScheduleHealth[]
  /** `busy`: another collection works on this location. `continued`: the deadline came first. */
  how: 'finished' | 'continued' | 'busy' | 'dry-run'
  /** For each backup, in the order of names. */
  decisions: Decision[]
}
