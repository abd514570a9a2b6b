import type { Readable } from 'node:stream'
import { LateenError } from '../velero/errors.ts'

/** What a store tells of an object without its content. `size` in bytes; `etag` opaque, for `ifMatch` only. */
export interface ObjectInfo {
  key: string
  size: number
  etag: string
  lastModified: Date
}

/** An object with its content. The body must be read to its end or destroyed, else a connection stays open. */
export interface StoredObject extends ObjectInfo {
  body: Readable
}

/** Bytes `start` to `end`, both included, as in HTTP's Range. Without `end`, to the object's end. */
export interface ByteRange {
  start: number
  end?: number
}

/** Write only if no object has this key (`ifNoneMatch`), or only if it still has this etag (`ifMatch`). */
export interface Condition {
  ifNoneMatch?: '*'
  ifMatch?: string
}

export interface Part {
  partNumber: number
  etag: string
}

export interface Upload {
  key: string
  uploadId: string
  initiated: Date
}

export interface ListPage {
  objects: ObjectInfo[]
  /** With a delimiter: what lies below, each ending in it. */
  prefixes: string[]
}

export interface DeleteFailure {
  key: string
  code: string
  message: string
}

/** A version of an object that the store does not let go. */
export interface KeptVersion extends DeleteFailure {
  /** Object lock keeps it, and nobody can help that; else a right is missing, or the store has a failure. */
  locked: boolean
  /** When the lock ends; a legal hold has no such time. */
  until?: Date
}

export interface Purged {
  /** Objects, or versions of them. */
  removed: number
  kept: KeptVersion[]
}

/** What a bucket does with what is overwritten or deleted in it, as far as it says. */
export interface Protection {
  /** `Suspended`: there may be versions from before. */
  versioning?: 'Enabled' | 'Suspended'
  /** Object lock: what each new object gets by default, where it gets anything. */
  lock?: { mode?: string; period?: string }
}

/**
 * An object store, narrowed to what Lateen needs. Keys are relative to the location's prefix and use `/`. All methods
 * may be called concurrently. Every implementation passes test/suites/store.ts.
 */
export interface ObjectStore {
  /** `s3://bucket/prefix` or `file:///folder`, for people. */
  readonly url: string
  /** Throws ObjectNotFoundError. A range past the end of the object throws a StoreError. */
  get(key: string, range?: ByteRange): Promise<StoredObject>
  /** `undefined` where no object has this key. */
  head(key: string): Promise<ObjectInfo | undefined>
  /** Whole objects, at most some MiB. Throws PreconditionFailedError where the condition does not hold. */
  put(key: string, body: Uint8Array | string, condition?: Condition): Promise<{ etag: string }>
  /** Pages in the order of keys (UTF-8 bytes). With `delimiter`, keys with it after the prefix are folded into `prefixes`. */
  list(prefix: string, options?: { delimiter?: '/' }): AsyncIterable<ListPage>
  /** Any number of keys, in batches; a key without object counts as deleted. Answers those that stay, with the store's reason. */
  delete(keys: string[]): Promise<DeleteFailure[]>
  /**
   * Removes an object, or what lies in a folder (a prefix that ends in a slash), for good, page by page: older versions too,
   * where the bucket keeps any, and their markers. What a lock keeps stays, and no list shows it any more.
   */
  purge(keyOrFolder: string): AsyncIterable<Purged>
  /** Multipart: parts of 5 MiB or more, but for the last; part numbers 1 to 10,000, ascending at completion, gaps allowed. */
  createUpload(key: string): Promise<string>
  uploadPart(key: string, uploadId: string, partNumber: number, body: Uint8Array): Promise<Part>
  /** Throws PreconditionFailedError, or UploadNotFoundError where the upload was completed or aborted before. */
  completeUpload(key: string, uploadId: string, parts: Part[], condition?: Condition): Promise<{ etag: string }>
  /** No error where the upload does not exist any more. */
  abortUpload(key: string, uploadId: string): Promise<void>
  /** The location's unfinished uploads. */
  listUploads(): AsyncIterable<Upload>
  /** A URL that anyone may GET for a while, where the store has such a thing. */
  presignGet?(key: string, expiresInSeconds: number): Promise<string>
  /** Versions and object lock, where the store has such things and says so to us. */
  protection?(): Promise<Protection | undefined>
  /** Closes connections. */
  close(): Promise<void>
}

/** Any failure of a store; `code` is the store's own (S3's error code, errno). */
export class StoreError extends LateenError {
  readonly code: string
  constructor(message: string, options: { code: string; next?: string; cause?: unknown }) {
    super(message, options)
    this.code = options.code
  }
}

export class ObjectNotFoundError extends StoreError {
  constructor(key: string, cause?: unknown) {
    super(`no object ${JSON.stringify(key)} in the bucket`, { code: 'NoSuchKey', cause })
  }
}

/** A conditional write lost: the object exists, or has changed since its etag was read. */
export class PreconditionFailedError extends StoreError {
  readonly key: string
  constructor(key: string, cause?: unknown) {
    super(`${JSON.stringify(key)} was written by somebody else in the meantime`, { code: 'PreconditionFailed', cause })
    this.key = key
  }
}

export class UploadNotFoundError extends StoreError {
  constructor(key: string, cause?: unknown) {
    super(`the upload of ${JSON.stringify(key)} does not exist any more`, { code: 'NoSuchUpload', cause })
  }
}
