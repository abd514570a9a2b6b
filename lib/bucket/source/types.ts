/**
 * Entries of one resource, and one stored version, that can be read by themselves: at most about 1 MiB of tar, or one
 * larger object.
 */
export interface SourceMember {
  /** `pods`, `deployments.apps`. */
  readonly resource: string
  /** '' for the plain copies, else the folder of a version that is not the preferred one. */
  readonly version: string
  /** Those that are wanted; with an index, which does not tell, all. */
  readonly items: number
  /** The smallest and the largest key (`ns/name` or `name`) by UTF-8 bytes; absent where they are not known. */
  readonly first?: string
  readonly last?: string
}

export interface SourceEntry {
  readonly path: string
  readonly resource: string
  readonly version: string
  /** '' for what is cluster-scoped. */
  readonly namespace: string
  readonly name: string
  /** A view into its member's bytes, which stay in memory as long as it does. */
  readonly json: Buffer
}

/** Something that is wrong with an archive. It names the entry where it is about one. */
export interface SourceFinding {
  readonly level: 'error' | 'warning'
  readonly message: string
  /** Absent where no object is concerned; '' for a cluster-scoped one, else the namespace in the backup. */
  readonly namespace?: string
}

/** A backup's objects. Everything here is the same for whoever opens the same backup again with the same wishes. */
export interface BackupSource {
  /** In the archive's order within each resource. */
  readonly members: readonly SourceMember[]
  /** What was wrong with the archive; a few hundred at most. */
  readonly findings: readonly SourceFinding[]
  /**
   * The wanted entries of a member, in their order: a member's number and an entry's number are a position that another
   * process finds again. Throws DamagedMemberError where the member can't be read, and StoreError.
   */
  read(member: SourceMember, signal?: AbortSignal): Promise<SourceEntry[]>
}

/** Which entries are wanted: of `version` '' (the plain copies) or of a stored version, in a namespace ('' for none). */
export type Wants = (resource: string, version: string, namespace: string) => boolean
