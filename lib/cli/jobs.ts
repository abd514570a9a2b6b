import type { Readable } from 'node:stream'
import type { LocationSettings, Settings } from '../config/types.ts'
import type { Chosen, ContentObject } from '../jobs/contents.ts'
import type { DoctorResult, Purpose } from '../jobs/doctor/types.ts'
import type { GcResult } from '../jobs/gc-types.ts'
import type { RbacPlan, RbacSources } from '../jobs/rbac/types.ts'
import type {
  BackupResult,
  BackupView,
  Progress,
  RestoreProgress,
  RestoreResult,
  RestoreView,
  ScheduleView,
} from '../jobs/types.ts'
import type { BackupDescription, RestoreDescription } from '../jobs/types-describe.ts'
import type { Backup, BackupStorageLocationStatus } from '../velero/types.ts'
import type { Restore } from '../velero/types-restore.ts'
import type { Schedule } from '../velero/types-schedule.ts'

export interface JobOptions<Step> {
  /** The names in the manifest were typed by a person: unknown ones are refused before anything is written. */
  typed: boolean
  onProgress?: (step: Step) => void
  /** Told once where another invocation holds the run and this one waits for it; `message` says who. */
  onWait?: (held: Error) => void
  /** Aborted: the run stops at its next checkpoint. */
  signal?: AbortSignal
  /** Told why somebody was not notified of the end. */
  onUnsent?: (problem: string) => void
}

/** What became of something that was to be deleted. */
export interface Deletion {
  /** Objects, or versions of them. */
  removed: number
  /** What object lock keeps; a legal hold ends at no time that is known. */
  kept: readonly { key: string; until?: Date }[]
}

export interface GcOptions {
  /** Decides only, and writes nothing. */
  dryRun: boolean
  now: () => Date
  /** Aborted: nothing more is deleted. */
  signal: AbortSignal
}

/** `already`: by an earlier call. `asked`: its end was not waited for. */
export type Cancelled = 'cancelled' | 'already' | 'asked'

export interface CancelOptions {
  now: () => Date
  /** False: it is enough that the run will find it. */
  wait?: boolean
  onUnsent?: (problem: string) => void
}

/** What a reader of a log is told: some of it, something about it, or the phase of a run that has ended. */
export type LogEvent = { text: Uint8Array } | { notice: string } | { phase: string }

export interface LogOptions {
  /** Go on until the run has ended. */
  follow: boolean
  now: () => Date
}

export interface DoctorOptions {
  purposes: readonly Purpose[]
  now: () => Date
  /** Names what is written for the time being. */
  id: string
  /** Aborted: what was written is deleted, and nothing more is looked at. */
  signal: AbortSignal
}

/** What the commands call; tests give fakes. */
export interface Jobs {
  createBackup(settings: Settings, manifest: Backup, options: JobOptions<Progress>): Promise<BackupResult>
  /** Objects of a backup's archive. */
  backupContents(settings: Settings, backup: string, chosen: Chosen): AsyncIterable<ContentObject>
  /** To the deployed functions. */
  sendRequest(settings: Settings, request: Backup | Restore): Promise<void>
  /** By name; `onDamaged` is told of each backup that can't be read; the others are answered. */
  listBackups(
    settings: Settings,
    onDamaged: (error: Error) => void,
    options?: { sizes?: boolean },
  ): Promise<BackupView[]>
  getBackup(settings: Settings, name: string, options?: { sizes?: boolean }): Promise<BackupView>
  /** In their order, one after the other; a list of resources can be read until the next one is asked for. */
  describeBackups(
    settings: Settings,
    views: readonly BackupView[],
    options: { details: boolean },
  ): AsyncIterable<BackupDescription>
  /** Plain text. */
  openBackupLogs(settings: Settings, name: string): Promise<Readable>
  /** Of a run that has no record: as far as it is in the bucket, or until it has ended. */
  readBackupLog(settings: Settings, name: string, options: LogOptions): AsyncIterable<LogEvent>
  /** The bytes of the .tar.gz. */
  openBackupArchive(settings: Settings, name: string): Promise<Readable>
  /** With the restores from it. */
  deleteBackup(settings: Settings, name: string, options: { now: () => Date }): Promise<Deletion>
  /** Ends one that is being made. */
  cancelBackup(settings: Settings, name: string, options: CancelOptions): Promise<Cancelled>
  createRestore(settings: Settings, manifest: Restore, options: JobOptions<RestoreProgress>): Promise<RestoreResult>
  /** By name; `onDamaged` is told of each restore that can't be read; the others are answered. */
  listRestores(settings: Settings, onDamaged: (error: Error) => void): Promise<RestoreView[]>
  getRestore(settings: Settings, name: string): Promise<RestoreView>
  describeRestores(
    settings: Settings,
    views: readonly RestoreView[],
    options: { details: boolean },
  ): AsyncIterable<RestoreDescription>
  /** Plain text. */
  openRestoreLogs(settings: Settings, name: string): Promise<Readable>
  cancelRestore(settings: Settings, name: string, options: CancelOptions): Promise<Cancelled>
  readRestoreLog(settings: Settings, name: string, options: LogOptions): AsyncIterable<LogEvent>
  deleteRestore(settings: Settings, name: string, options: { now: () => Date }): Promise<Deletion>
  /** Answers it as it stands in the bucket. */
  createSchedule(settings: Settings, schedule: Schedule, options: { now: Date }): Promise<Schedule>
  /** By name; `onDamaged` is told of each schedule that can't be read; the others are answered. */
  listSchedules(settings: Settings, onDamaged: (error: Error) => void, options: { now: Date }): Promise<ScheduleView[]>
  getSchedule(settings: Settings, name: string, options: { now: Date }): Promise<ScheduleView>
  /** `already`: there was nothing to change. `skipImmediately` counts also where it is absent. */
  pauseSchedule(
    settings: Settings,
    name: string,
    change: { paused: boolean; skipImmediately?: boolean },
  ): Promise<'changed' | 'already'>
  deleteSchedule(settings: Settings, name: string): Promise<void>
  /** The backup that a schedule asks for; without a name it gets that of a run of this time. */
  backupFromSchedule(
    settings: Settings,
    schedule: string,
    options: { now: Date; uid: string; backupName?: string },
  ): Promise<Backup>
  /** Aborted: the location counts as unavailable. */
  lookAtLocation(
    location: LocationSettings,
    options: { now: () => Date; signal: AbortSignal },
  ): Promise<BackupStorageLocationStatus>
  collectGarbage(settings: Settings, options: GcOptions): Promise<GcResult>
  examine(settings: Settings, options: DoctorOptions): Promise<DoctorResult>
  planRbac(request: Backup | Restore, sources: RbacSources): Promise<RbacPlan>
}
