import { createHash } from 'node:crypto'

/** A UUID (version 8: made by our own rule) that follows from a text: the same text is the same object, whoever asks. */
export function uidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
