import { LateenError } from '../../velero/errors.ts'

/** A backup has a record, but no objects: its run failed, or somebody deleted the archive. */
export class BackupArchiveMissingError extends LateenError {
  constructor(backup: string, key: string, cause?: unknown) {
    super(`the backup ${JSON.stringify(backup)} has no archive: there is no object ${JSON.stringify(key)}`, {
      next: 'Choose another backup: what this one held is not in the bucket.',
      cause,
    })
  }
}

/** An archive is made to do harm, or might as well be. Nothing of it is used. */
export class HostileArchiveError extends LateenError {
  constructor(why: string) {
    super(`the archive is not one that a backup wrote: ${why}`, {
      next: 'Find out who wrote it before anything of it is restored.',
    })
  }
}

/** The archive says that it is of a format of which nothing is known here. */
export class ArchiveFormatError extends LateenError {
  constructor(version: string) {
    super(`the archive has the format ${JSON.stringify(version)}, and only formats 1 and 1.x are known`, {
      next: 'Restore it with the version of the program that wrote it, or with a newer one of this.',
    })
  }
}

/** Some of an archive can't be read: the members beside it are not concerned. `items` are lost with it. */
export class DamagedMemberError extends LateenError {
  readonly resource: string
  readonly items: number
  constructor(
    member: { resource: string; items: number; first?: string; last?: string },
    why: string,
    cause?: unknown,
  ) {
    const { resource, items, first, last } = member
    const range =
      first === undefined || last === undefined ? '' : first === last ? `, ${first},` : `, from ${first} to ${last},`
    super(
      `${items} ${items === 1 ? 'item' : 'items'} of ${resource}${range} can't be read, for the archive is damaged: ${why}`,
      {
        next: 'Restore these from another backup.',
        cause,
      },
    )
    this.resource = resource
    this.items = items
  }
}
