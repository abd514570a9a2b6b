import { LateenError } from '../velero/errors.ts'

/** The Backup failed validation, or names what does not exist: `problems` in Velero's words. Nothing was written. */
export class BackupRefusedError extends LateenError {
  readonly problems: readonly string[]
  constructor(problems: readonly string[], next?: string) {
    super(problems.join('\n'), next === undefined ? {} : { next })
    this.problems = problems
  }
}

export class BackupNotFoundError extends LateenError {
  constructor(name: string) {
    super(`backups.velero.io ${JSON.stringify(name)} not found`, { next: 'List the backups with `lateen backup get`.' })
  }
}

/** The location can be read, but must not be written to. */
export class LocationNotWritableError extends LateenError {}

/** Objects are there that no run of ours tells of: somebody else writes, or wrote, under this name. */
export class ForeignObjectsError extends LateenError {
  constructor(key: string, word: 'backup' | 'restore', name: string) {
    super(`the bucket holds ${JSON.stringify(key)}, but no record of a ${word} ${JSON.stringify(name)}`, {
      next: `Another program may be writing this ${word}, or has written it: choose another name, or delete what lies there.`,
    })
  }
}

/** The user asked for the end of a run; what is done is kept. */
export class InterruptedError extends LateenError {
  constructor(word: 'backup' | 'restore', name: string) {
    super(`the ${word} ${JSON.stringify(name)} was interrupted`, {
      next: 'The same command goes on from where it stopped.',
    })
  }
}

/** As BackupRefusedError, of a Restore. */
export class RestoreRefusedError extends LateenError {
  readonly problems: readonly string[]
  constructor(problems: readonly string[], next?: string) {
    super(problems.join('\n'), next === undefined ? {} : { next })
    this.problems = problems
  }
}

/** A backup was deleted, and made anew under its name, while a restore from it was interrupted. */
export class ArchiveChangedError extends LateenError {
  constructor(backup: string) {
    super(`the archive of the backup ${JSON.stringify(backup)} is another one than the restore began with`, {
      next: 'Restore it anew, under another name.',
    })
  }
}

export class RestoreNotFoundError extends LateenError {
  constructor(name: string) {
    super(`restores.velero.io ${JSON.stringify(name)} not found`, {
      next: 'List the restores with `lateen restore get`.',
    })
  }
}

/** Whoever does not know what time it is must not decide what has expired. */
export class ClockSkewError extends LateenError {
  constructor(here: Date, there: Date) {
    super(`the clock here says ${here.toISOString()}, that of the store ${there.toISOString()}: nothing is deleted`, {
      next: 'Set the clock of this machine, or of the store.',
    })
  }
}

/** As BackupRefusedError, of a Schedule. */
export class ScheduleRefusedError extends LateenError {
  readonly problems: readonly string[]
  constructor(problems: readonly string[]) {
    super(problems.join('\n'))
    this.problems = problems
  }
}

export class ScheduleExistsError extends LateenError {
  constructor(name: string) {
    super(`schedules.velero.io ${JSON.stringify(name)} already exists`, {
      next: 'Choose another name, or delete that one first: the backups that it made stay.',
    })
  }
}

export class ScheduleNotFoundError extends LateenError {
  constructor(name: string) {
    super(`schedules.velero.io ${JSON.stringify(name)} not found`, {
      next: 'List the schedules with `lateen schedule get`.',
    })
  }
}

/** lateen.yaml says how this schedule is, and the next tick would undo the change. */
export class ScheduleFromConfigError extends LateenError {
  constructor(name: string) {
    super(`the schedule ${JSON.stringify(name)} comes from lateen.yaml`, {
      next: 'Change it there, and deploy the functions again.',
    })
  }
}

/** What is to be cancelled has ended. */
export class RunEndedError extends LateenError {
  constructor(word: 'backup' | 'restore', name: string, phase: string) {
    super(`the ${word} ${JSON.stringify(name)} has ended: it is ${phase}`, {
      next: `There is nothing to cancel; delete it with \`lateen ${word} delete ${name}\` if it is not wanted.`,
    })
  }
}

/** A run was told to end, and its holder has not done so yet. */
export class CancellationPendingError extends LateenError {
  constructor(word: 'backup' | 'restore', name: string, cause: LateenError) {
    super(`the ${word} ${JSON.stringify(name)} was told to end and has not ended yet: ${cause.message}`, {
      next: 'It ends at its next checkpoint. The same command waits for it again, and ends it itself if its holder has died.',
      cause,
    })
  }
}
