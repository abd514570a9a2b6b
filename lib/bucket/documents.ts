import type { Condition, ObjectStore, StoredObject } from '../store/types.ts'
import { ObjectNotFoundError, StoreError } from '../store/types.ts'
import { messageOf } from '../velero/errors.ts'

/** A small JSON object in the bucket with the etag by which it can be replaced. */
export interface Document<T> {
  value: T
  etag: string
}

/** A JSON object of ours that can't be parsed: it was damaged or written by somebody else. */
export class DamagedDocumentError extends StoreError {
  constructor(key: string, cause: unknown) {
    super(`${JSON.stringify(key)} is not what Lateen wrote: ${messageOf(cause)}`, {
      code: 'DamagedDocument',
      next: 'Look at the object; if nothing else uses it, delete it and run the command again.',
      cause,
    })
  }
}

/** A small object, whole. Throws ObjectNotFoundError. */
export async function readBytes(store: ObjectStore, key: string): Promise<Buffer> {
  return bytesOf(await store.get(key))
}

/** The content of a small object. */
export async function bytesOf({ body }: StoredObject): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of body) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

/** `undefined` where there is none. */
export async function readDocument<T>(store: ObjectStore, key: string): Promise<Document<T> | undefined> {
  try {
    const stored = await store.get(key)
    const text = (await bytesOf(stored)).toString('utf8')
    try {
      return { value: JSON.parse(text) as T, etag: stored.etag }
    } catch (cause) {
      throw new DamagedDocumentError(key, cause)
    }
  } catch (error) {
    if (error instanceof ObjectNotFoundError) return undefined
    throw error
  }
}

/** The names of the documents right below a prefix, sorted: of `PREFIX/NAME.json`. */
export async function* documentNames(store: ObjectStore, above: string): AsyncGenerator<string> {
  for await (const { objects } of store.list(above))
    for (const { key } of objects) yield key.slice(above.length, -'.json'.length)
}

/** Answers the new etag. Throws PreconditionFailedError where the condition does not hold. */
export async function writeDocument(
  store: ObjectStore,
  key: string,
  value: unknown,
  condition?: Condition,
): Promise<string> {
  return (await store.put(key, `${JSON.stringify(value, undefined, 2)}\n`, condition)).etag
}
