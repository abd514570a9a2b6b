import { addAbortSignal } from 'node:stream'
import { type ObjectInfo, type ObjectStore, StoreError } from '../../store/types.ts'

/** So often in a row a connection may break without a single byte before the reader is told. */
const MOST_BREAKS = 3

/**
 * An object's bytes from beginning to end. Where the connection breaks off, they are asked for from there: what takes
 * minutes to read is not begun again for that. Throws StoreError, also where the object was replaced meanwhile.
 */
export async function* readResuming(
  store: ObjectStore,
  { key, size, etag }: Pick<ObjectInfo, 'key' | 'size' | 'etag'>,
  signal?: AbortSignal,
): AsyncGenerator<Buffer> {
  let breaks = 0
  for (let at = 0; at < size; ) {
    try {
      const found = await store.get(key, at === 0 ? undefined : { start: at })
      const body = signal === undefined ? found.body : addAbortSignal(signal, found.body)
      if (found.etag !== etag) {
        body.destroy()
        throw new StoreError(`${JSON.stringify(key)} was replaced while it was read`, {
          code: 'ObjectReplaced',
          next: 'Run the same command again once nobody writes there.',
        })
      }
      for await (const chunk of body) {
        at += chunk.length
        breaks = 0
        yield chunk as Buffer
      }
    } catch (error) {
      signal?.throwIfAborted()
      if (!(error instanceof StoreError) || error.code !== 'ConnectionBroken' || ++breaks > MOST_BREAKS) throw error
    }
  }
}

/** Some bytes of an object, whole; fewer where it has become shorter. Throws StoreError. */
export async function readRange(
  store: ObjectStore,
  key: string,
  { offset, length }: { offset: number; length: number },
  signal?: AbortSignal,
): Promise<Buffer> {
  for (let breaks = 0; ; breaks++) {
    signal?.throwIfAborted()
    try {
      const { body } = await store.get(key, { start: offset, end: offset + length - 1 })
      if (signal !== undefined) addAbortSignal(signal, body)
      const chunks: Buffer[] = []
      for await (const chunk of body) chunks.push(chunk as Buffer)
      return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)
    } catch (error) {
      signal?.throwIfAborted()
      if (!(error instanceof StoreError) || error.code !== 'ConnectionBroken' || breaks >= MOST_BREAKS) throw error
    }
  }
}
