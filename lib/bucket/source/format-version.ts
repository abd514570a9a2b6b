import { ArchiveFormatError } from './errors.ts'

export const FORMAT_PATH = 'metadata/version'

/** Whether what is in `metadata/version` is known here: `1`, `1.1.0`. Throws ArchiveFormatError. */
export function checkFormat(content: Buffer): void {
  const version = content.toString('utf8', 0, 100).trim()
  if (!/^1(\.|$)/.test(version)) throw new ArchiveFormatError(version)
}
