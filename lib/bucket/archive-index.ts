/**
 * One member of an archive, a row of its index. A ranged GET of `length` bytes at `offset` gives a gzip file of its own
 * that holds the entries of one resource, with keys (`ns/name` or `name`) from `first` to `last` in the order of their bytes.
 */
export interface ArchiveMember {
  /** `pods`, `deployments.apps`; '' for the archive's own metadata. */
  resource: string
  first: string
  last: string
  items: number
  offset: number
  length: number
  /** Hex, of the compressed bytes. */
  sha256: string
}

/** The index's first line; the members follow, one a line, in the order of the archive. */
export interface ArchiveIndexHeader {
  version: 1
  archive: { etag: string; size: number; members: number }
}
