import type { BackupPhase } from '../velero/types.ts'
import type { RestorePhase } from '../velero/types-restore.ts'

/** What the process ends with. Documented; scripts count on it. */
export const exitCodes = {
  completed: 0,
  /** Anything unforeseen. */
  unforeseen: 1,
  /** Flags, configuration, names that are unknown or taken, what validation refuses. */
  badInput: 2,
  partiallyFailed: 3,
  failed: 4,
  /** The cluster or the store can't be reached, or turns us away. */
  unreachable: 5,
  /** The time limit was reached: the same command goes on. */
  unfinished: 6,
  interrupted: 130,
} as const

/** What a finished run ends with; a phase that is not here is no end. */
export const exitCodeOfPhase: Partial<Record<BackupPhase | RestorePhase, number>> = {
  Completed: exitCodes.completed,
  FailedValidation: exitCodes.badInput,
  PartiallyFailed: exitCodes.partiallyFailed,
  Failed: exitCodes.failed,
}

/**
 * By the class of an error, the nearest one in its ancestry. By name, for the classes of clusters and stores are not this
 * layer's to import; the bundle keeps names for it.
 */
const exitCodeOfClass: Record<string, number> = {
  InvalidInputError: exitCodes.badInput,
  /** Of one object, and told in the results. */
  InvalidObjectError: exitCodes.unforeseen,
  BackupRefusedError: exitCodes.badInput,
  BackupExistsError: exitCodes.badInput,
  BackupNotFoundError: exitCodes.badInput,
  RestoreRefusedError: exitCodes.badInput,
  RestoreExistsError: exitCodes.badInput,
  RestoreNotFoundError: exitCodes.badInput,
  ScheduleRefusedError: exitCodes.badInput,
  ScheduleExistsError: exitCodes.badInput,
  ScheduleNotFoundError: exitCodes.badInput,
  ScheduleFromConfigError: exitCodes.badInput,
  BeingDeletedError: exitCodes.badInput,
  DeletionHeldError: exitCodes.badInput,
  InUseError: exitCodes.badInput,
  BackupArchiveMissingError: exitCodes.badInput,
  HostileArchiveError: exitCodes.badInput,
  ArchiveFormatError: exitCodes.badInput,
  ArchiveChangedError: exitCodes.badInput,
  LocationNotWritableError: exitCodes.badInput,
  ForeignObjectsError: exitCodes.badInput,
  RunEndedError: exitCodes.badInput,
  /** Asked for, and not known to be done. */
  CancellationPendingError: exitCodes.unforeseen,
  /** Nothing that was given is wrong, but a clock. */
  ClockSkewError: exitCodes.unforeseen,
  InterruptedError: exitCodes.interrupted,
  ConnectionError: exitCodes.unreachable,
  EksError: exitCodes.unreachable,
  AwsCredentialsError: exitCodes.unreachable,
  StoredKubeconfigError: exitCodes.unreachable,
  CredentialPluginError: exitCodes.unreachable,
  OidcError: exitCodes.unreachable,
  NamespacesForbiddenError: exitCodes.unreachable,
  DeploymentError: exitCodes.unreachable,
  StoreError: exitCodes.unreachable,
  ObjectNotFoundError: exitCodes.unforeseen,
  PreconditionFailedError: exitCodes.unforeseen,
  UploadNotFoundError: exitCodes.unforeseen,
  DamagedDocumentError: exitCodes.unforeseen,
}

export function exitCodeOf(error: unknown): number {
  for (let prototype = error; prototype; prototype = Object.getPrototypeOf(prototype)) {
    const name: string = prototype.constructor?.name ?? ''
    if (name === 'ApiError') return exitCodeOfStatus((error as { status?: number }).status ?? 0)
    const code = exitCodeOfClass[name]
    if (code !== undefined) return code
  }
  return exitCodes.unforeseen
}

/** An API server that turns us away or is not up to answering; anything else it says was not foreseen. */
function exitCodeOfStatus(status: number): number {
  return status === 401 || status === 403 || status === 429 || status >= 500
    ? exitCodes.unreachable
    : exitCodes.unforeseen
}
