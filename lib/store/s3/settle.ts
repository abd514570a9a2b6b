import { createHash } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import type { ObjectStore, Part } from '../types.ts'

// A conditional write whose answer is lost is tried again by the SDK and then fails for its own success: with 412, or
// with NoSuchUpload. What is stored tells what happened.

/** The etag of the object, if it is exactly these bytes; else `undefined`. */
export async function etagIfStored(store: ObjectStore, key: string, body: Buffer): Promise<string | undefined> {
  const found = await store.head(key)
  if (found?.size !== body.length) return undefined
  if (bare(found.etag) === createHash('md5').update(body).digest('hex')) return found.etag
  // With KMS or a customer's key the etag is no digest of the content.
  const stored = await store.get(key)
  return (await buffer(stored.body)).equals(body) ? stored.etag : undefined
}

/** The etag of the object, if it was made of exactly these parts; else, or where etags do not tell, `undefined`. */
export async function etagIfCompleted(store: ObjectStore, key: string, parts: Part[]): Promise<string | undefined> {
  const expected = multipartEtag(parts)
  const found = await store.head(key)
  return found && expected !== undefined && bare(found.etag) === expected ? found.etag : undefined
}

/** S3's rule, where parts are not encrypted by KMS or a customer's key: the MD5 of the parts' MD5s and their number. */
export function multipartEtag(parts: Part[]): string | undefined {
  const digests = parts.map(part => bare(part.etag))
  if (!digests.every(digest => /^[0-9a-f]{32}$/.test(digest))) return undefined
  return `${createHash('md5')
    .update(Buffer.from(digests.join(''), 'hex'))
    .digest('hex')}-${parts.length}`
}

/** Without quotes, and without the checksum that a part's etag may carry. */
function bare(etag: string): string {
  return (etag.split(';', 1)[0] ?? '').replaceAll('"', '')
}
