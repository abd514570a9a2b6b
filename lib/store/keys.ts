import { InvalidInputError } from '../velero/errors.ts'
import type { ByteRange } from './types.ts'

/** S3's limit, in UTF-8 bytes. */
const maxKeyBytes = 1024

/** Refuses what no object store takes as a key, with one sentence; `prefix` is the location's own, which counts for the length. */
export function checkKey(key: string, prefix = ''): void {
  if (key === '') throw new InvalidInputError('the key of an object is empty')
  const problem = keyProblem(key, prefix)
  if (problem) throw new InvalidInputError(`${JSON.stringify(key)} can't be the key of an object: ${problem}`)
}

function keyProblem(key: string, prefix: string): string | undefined {
  if (!key.isWellFormed()) return 'it holds half of a surrogate pair, which UTF-8 has no bytes for'
  if (key.includes('\0')) return 'it holds a NUL character'
  const bytes = Buffer.byteLength(prefix + key)
  return bytes > maxKeyBytes
    ? `with the location's prefix it has ${bytes} bytes, and ${maxKeyBytes} is the limit`
    : undefined
}

/** Refuses a range that HTTP would ignore, for an ignored range answers the whole object. */
export function checkRange(range: ByteRange): void {
  const end = range.end ?? range.start
  if (!Number.isSafeInteger(range.start) || !Number.isSafeInteger(end) || range.start < 0 || end < range.start) {
    throw new InvalidInputError(`bytes ${range.start} to ${range.end ?? 'the end'} are not a range`)
  }
}
