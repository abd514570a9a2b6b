import { LateenError } from '../velero/errors.ts'

export const TAR_BLOCK = 512
/** Two zero blocks end an archive. */
export const TAR_END = Buffer.alloc(2 * TAR_BLOCK)

/** The most that an entry takes in an archive, header and padding included, and a PAX header where the path needs one. */
export function entryBytesAtMost(path: string, size: number): number {
  // Two headers, the end of two last blocks, a PAX record of up to 3 bytes for each of the path's UTF-16 units.
  return size + 4 * TAR_BLOCK + 3 * path.length + 64
}

/** A path can't be written in any tar format. */
export class TarPathError extends LateenError {}

/**
 * Writes an entry's header as Velero does: a regular file, mode 0755 (a reader that runs as another user makes folders
 * with the files' modes), uid and gid 0, USTAR, and a PAX header before it only where USTAR can't hold the path.
 * Answers the offset behind the header. `mtime` in seconds.
 */
export function writeHeader(target: Buffer, at: number, path: string, size: number, mtime: number): number {
  const split = splitPath(path)
  if (split !== undefined) return writeUstar(target, at, split, size, mtime, '0')
  const record = paxRecord('path', path)
  const next = writeUstar(target, at, { prefix: '', name: 'PaxHeaders/entry' }, record.length, mtime, 'x')
  target.fill(0, next, next + pad(record.length))
  record.copy(target, next)
  // Readers of PAX ignore this name; others get one that is at least unique enough to be seen.
  return writeUstar(target, next + pad(record.length), { prefix: '', name: asciiTail(path) }, size, mtime, '0')
}

/** Fills up an entry's last block. Answers the offset behind it. */
export function writePadding(target: Buffer, at: number, size: number): number {
  const end = at + (pad(size) - size)
  target.fill(0, at, end)
  return end
}

function pad(size: number): number {
  return Math.ceil(size / TAR_BLOCK) * TAR_BLOCK
}

const NOT_ASCII = /[^\x20-\x7e]/

/** USTAR's two fields of 100 and 155 bytes; undefined where the path does not fit or is no plain ASCII. */
function splitPath(path: string): { prefix: string; name: string } | undefined {
  if (NOT_ASCII.test(path)) return undefined
  if (path.length <= 100) return { prefix: '', name: path }
  const slash = path.indexOf('/', path.length - 101)
  if (slash <= 0 || slash > 155 || slash === path.length - 1) return undefined
  return { prefix: path.slice(0, slash), name: path.slice(slash + 1) }
}

function asciiTail(path: string): string {
  return path.replace(/[^\x20-\x7e]/g, '_').slice(-100)
}

function paxRecord(key: string, value: string): Buffer {
  if (value.includes('\0')) throw new TarPathError(`a path with a NUL byte can't be archived: ${JSON.stringify(value)}`)
  const body = Buffer.byteLength(` ${key}=${value}\n`)
  let length = body + String(body).length
  if (String(length).length !== String(body).length) length = body + String(length).length
  return Buffer.from(`${length} ${key}=${value}\n`)
}

const LARGEST_SIZE = 0o77777777777

function writeUstar(
  target: Buffer,
  at: number,
  path: { prefix: string; name: string },
  size: number,
  mtime: number,
  type: '0' | 'x',
): number {
  if (size > LARGEST_SIZE) throw new LateenError(`an object of ${size} bytes is larger than a tar entry can be`)
  const { name, prefix } = path
  TEMPLATE.copy(target, at)
  let sum = TEMPLATE_SUM
  sum += put(target, at, name)
  sum += put(target, at + 124, size.toString(8).padStart(11, '0'))
  sum += put(target, at + 136, mtime.toString(8).padStart(11, '0'))
  sum += put(target, at + 156, type)
  if (prefix !== '') sum += put(target, at + 345, prefix)
  put(target, at + 148, sum.toString(8).padStart(6, '0'))
  target[at + 154] = 0
  return at + TAR_BLOCK
}

/** What is the same in every header: mode 0755, nobody's, the checksum's place in spaces, magic and version. */
const TEMPLATE = Buffer.alloc(TAR_BLOCK)
TEMPLATE.write('0000755\x000000000\x000000000\0', 100, 'latin1')
TEMPLATE.write('        ', 148, 'latin1')
TEMPLATE.write('ustar\x0000', 257, 'latin1')
TEMPLATE.write('0000000\x000000000\0', 329, 'latin1')
const TEMPLATE_SUM = TEMPLATE.reduce((sum, byte) => sum + byte, 0)

/** Writes ASCII; answers the sum of its bytes, for the header's checksum. */
function put(target: Buffer, at: number, text: string): number {
  let sum = 0
  for (let i = 0; i < text.length; i++) {
    const byte = text.charCodeAt(i)
    target[at + i] = byte
    sum += byte
  }
  return sum
}
