import type { Readable } from 'node:stream'
import type { Settings } from '../config/types.ts'
import type { BackupResult, BackupView, Progress, RestoreProgress, RestoreResult, RestoreView } from '../jobs/types.ts'
import type { Backup } from '../velero/types.ts'
import type { Restore } from '../velero/types-restore.ts'

export interface JobOptions<Step> {
  /** The names in the manifest were typed by a person: unknown ones are refused before anything is written. */
  typed: boolean
  onProgress?: (step: Step) => void
  /** Told once where another invocation holds the run and this one waits for it; `message` says who. */
  onWait?: (held: Error) => void
  /** Aborted: the run stops at its next checkpoint. */
  signal?: AbortSignal
}

/** What the commands call; tests give fakes. */
export interface Jobs {
  createBackup(settings: Settings, manifest: Backup, options: JobOptions<Progress>): Promise<BackupResult>
  /** By name; `onDamaged` is told of each backup that can't be read; the others are answered. */
  listBackups(settings: Settings, onDamaged: (error: Error) => void): Promise<BackupView[]>
  getBackup(settings: Settings, name: string): Promise<BackupView>
  /** Plain text. */
  openBackupLogs(settings: Settings, name: string): Promise<Readable>
  /** The bytes of the .tar.gz. */
  openBackupArchive(settings: Settings, name: string): Promise<Readable>
  createRestore(settings: Settings, manifest: Restore, options: JobOptions<RestoreProgress>): Promise<RestoreResult>
  /** By name; `onDamaged` is told of each restore that can't be read; the others are answered. */
  listRestores(settings: Settings, onDamaged: (error: Error) => void): Promise<RestoreView[]>
  getRestore(settings: Settings, name: string): Promise<RestoreView>
  /** Plain text. */
  openRestoreLogs(settings: Settings, name: string): Promise<Readable>
}
