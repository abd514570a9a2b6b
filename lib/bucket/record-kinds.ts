import { LateenError } from '../velero/errors.ts'
import { readBackupRecord, readRestoreRecord } from '../velero/schema.ts'
import type { Backup } from '../velero/types.ts'
import type { Restore } from '../velero/types-restore.ts'
import type { Document } from './documents.ts'
import {
  backupNamesPrefix,
  backupRecordKey,
  backupsPrefix,
  restoreNamesPrefix,
  restoreRecordKey,
  restoresPrefix,
} from './layout.ts'
import type { NameClaim } from './runs.ts'

/** What a run can leave a record of. */
export type Recorded = Backup | Restore

/** What differs between the records of backups and those of restores: where they lie, how they are read, what they are called. */
export interface RecordKind<T extends Recorded> {
  /** In messages: `backups.velero.io`. */
  readonly resource: string
  /** The word for one of them. */
  readonly word: 'backup' | 'restore'
  /** Above all folders of this kind, and above all claims of their names. */
  readonly prefix: string
  readonly namesPrefix: string
  recordKey(name: string): string
  /** Throws InvalidRecordError. */
  read(json: string): T
  exists(name: string, claim?: Document<NameClaim<T>>): NameTakenError
}

/** The name belongs to another request. */
export class NameTakenError extends LateenError {
  /** The claim that holds it, where there is no record yet. */
  declare readonly claim?: Document<NameClaim<Recorded>>
  constructor(resource: string, name: string, claim?: Document<NameClaim<Recorded>>) {
    super(`${resource} ${JSON.stringify(name)} already exists`, {
      next:
        claim === undefined
          ? 'Choose another name.'
          : `Choose another name, or let the unfinished run ${claim.value.uid} end: the same command or message completes it.`,
    })
    if (claim !== undefined) this.claim = claim
  }
}

export class BackupExistsError extends NameTakenError {
  constructor(name: string, claim?: Document<NameClaim<Backup>>) {
    super('backups.velero.io', name, claim)
  }
}

export class RestoreExistsError extends NameTakenError {
  constructor(name: string, claim?: Document<NameClaim<Restore>>) {
    super('restores.velero.io', name, claim)
  }
}

export const BACKUPS: RecordKind<Backup> = {
  resource: 'backups.velero.io',
  word: 'backup',
  prefix: backupsPrefix,
  namesPrefix: backupNamesPrefix,
  recordKey: backupRecordKey,
  read: readBackupRecord,
  exists: (name, claim) => new BackupExistsError(name, claim),
}

export const RESTORES: RecordKind<Restore> = {
  resource: 'restores.velero.io',
  word: 'restore',
  prefix: restoresPrefix,
  namesPrefix: restoreNamesPrefix,
  recordKey: restoreRecordKey,
  read: readRestoreRecord,
  exists: (name, claim) => new RestoreExistsError(name, claim),
}

/** The folder of one backup's or restore's files. */
export function folderOf({ prefix }: Pick<RecordKind<Recorded>, 'prefix'>, name: string): string {
  return `${prefix}${name}/`
}

export function nameKey({ namesPrefix }: Pick<RecordKind<Recorded>, 'namesPrefix'>, name: string): string {
  return `${namesPrefix}${name}.json`
}
