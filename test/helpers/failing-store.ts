import type { ObjectStore } from '../../lib/store/types.ts'

/** The process died: whatever is asked of the store from then on fails, and what it waits for never comes. */
export class Killed extends Error {
  override name = 'Killed'
}

export interface CountedStore {
  store: ObjectStore
  /** Calls so far, as `method key`. */
  calls: string[]
}

/** Stands before each call: carries it out, or not. */
export type Guard = <T>(what: string, call: () => Promise<T>) => Promise<T>

/**
 * A store whose caller dies with its nth call, from 1: the call is carried out or not, but nobody sees its answer, and
 * no later call reaches the store. Without `at` all calls pass and are counted.
 */
export function killedAt(inner: ObjectStore, at = Number.POSITIVE_INFINITY, carriedOut = false): CountedStore {
  const calls: string[] = []
  const guard: Guard = async (what, call) => {
    calls.push(what)
    if (calls.length < at) return call()
    if (calls.length === at && carriedOut) await call().catch(() => {})
    throw new Killed(what)
  }
  return { store: guarded(inner, guard), calls }
}

export function guarded(inner: ObjectStore, guard: Guard): ObjectStore {
  return {
    url: inner.url,
    get: (key, range) => guard(`get ${key}`, () => inner.get(key, range)),
    head: key => guard(`head ${key}`, () => inner.head(key)),
    put: (key, body, condition) => guard(`put ${key}`, () => inner.put(key, body, condition)),
    async *list(prefix, options) {
      yield* await guard(`list ${prefix}`, () => Array.fromAsync(inner.list(prefix, options)))
    },
    delete: keys => guard(`delete ${keys.join(' ')}`, () => inner.delete(keys)),
    async *purge(prefix) {
      // Each page of it is a call, so that a caller can die between them.
      for (const pages = inner.purge(prefix)[Symbol.asyncIterator](); ; ) {
        const page = await guard(`purge ${prefix}`, () => pages.next())
        if (page.done) return
        yield page.value
      }
    },
    createUpload: key => guard(`createUpload ${key}`, () => inner.createUpload(key)),
    uploadPart: (key, id, part, body) => guard(`uploadPart ${key}`, () => inner.uploadPart(key, id, part, body)),
    completeUpload: (key, id, parts, condition) =>
      guard(`completeUpload ${key}`, () => inner.completeUpload(key, id, parts, condition)),
    abortUpload: (key, id) => guard(`abortUpload ${key}`, () => inner.abortUpload(key, id)),
    async *listUploads() {
      yield* await guard('listUploads', () => Array.fromAsync(inner.listUploads()))
    },
    close: async () => {},
  }
}
