import type { Condition, ObjectStore } from '../store/types.ts'
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

/** `undefined` where there is none. */
export async function readDocument<T>(store: ObjectStore, key: string): Promise<Document<T> | undefined> {
  try {
    const { body, etag } = await store.get(key)
    const chunks: Buffer[] = []
    for await (const chunk of body) chunks.push(chunk as Buffer)
    const text = Buffer.concat(chunks).toString('utf8')
    try {
      return { value: JSON.parse(text) as T, etag }
    } catch (cause) {
      throw new DamagedDocumentError(key, cause)
    }
  } catch (error) {
    if (error instanceof ObjectNotFoundError) return undefined
    throw error
  }
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
