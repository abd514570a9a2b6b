import { LateenError } from '../../velero/errors.ts'
import { TAR_BLOCK } from '../tar.ts'

/** What a header block tells: of an entry, or, with the types of EXTENSIONS, of the next entry's header. */
export interface TarHeader {
  path: string
  /** Of the content, in bytes. */
  size: number
  /** USTAR's type flag: '0' is a file, '5' a folder. */
  type: string
}

/** The bytes are no tar from here on. What came before is not touched by that. */
export class TarDamagedError extends LateenError {}

const SPACE = 32
const ZERO = 48
/** `u`, with which the magic begins. */
const USTAR = 117
/** Old tars have a type flag of NUL, and folders are told by their slash. */
const OLD_FILE = '\0'
/** Links, devices and folders have none, whatever their size says. */
export function hasContent(type: string): boolean {
  return type < '1' || type > '6'
}

/** Reads the block at `at`; `undefined` for a block of zeros, which ends an archive. Throws TarDamagedError. */
export function readHeader(block: Buffer, at: number): TarHeader | undefined {
  const sum = sumOf(block, at)
  if (sum === 0) return undefined
  checkSum(block, at, sum)
  const name = text(block, at, 100)
  // GNU's own format has other things where USTAR has the prefix, and a space in its magic.
  const prefixed = block[at + 345] !== 0 && block[at + 257] === USTAR && block[at + 262] === 0
  const path = prefixed ? `${text(block, at + 345, 155)}/${name}` : name
  const flag = String.fromCharCode(block[at + 156] as number)
  const type = flag === OLD_FILE ? (path.endsWith('/') ? '5' : '0') : flag
  return { path, size: hasContent(type) ? number(block, at + 124, 12) : 0, type }
}

/** The records of a PAX header that concern a reader of files. Throws TarDamagedError. */
export function readPax(records: Buffer): { path?: string; size?: number } {
  const found: { path?: string; size?: number } = {}
  for (let at = 0; at < records.length; ) {
    const space = records.indexOf(SPACE, at)
    const length = Number(records.toString('latin1', at, Math.max(space, at)))
    const end = at + length
    if (!(Number.isSafeInteger(length) && space + 1 < end && end <= records.length && records[end - 1] === 10))
      throw new TarDamagedError('a PAX header is not made of records')
    const equals = records.indexOf('=', space)
    const key = records.toString('utf8', space + 1, equals)
    const value = records.toString('utf8', equals + 1, end - 1)
    if (key === 'path' && value !== '') found.path = value
    else if (key === 'size') found.size = paxSize(value)
    else if (key.startsWith('GNU.sparse.')) throw new TarDamagedError('a file is stored with its holes left out')
    at = end
  }
  return found
}

function paxSize(value: string): number {
  const size = Number(value)
  if (!/^\d+$/.test(value) || !Number.isSafeInteger(size))
    throw new TarDamagedError('a PAX header has a size that is none')
  return size
}

/** Up to the first NUL. */
export function text(block: Buffer, start: number, length: number): string {
  const end = block.indexOf(0, start)
  return block.toString('utf8', start, end === -1 ? start + length : Math.min(end, start + length))
}

/** Octal digits, or for large ones a number to the base of 256 behind a byte of 0x80. */
function number(block: Buffer, at: number, length: number): number {
  const large = block[at] === 0x80
  const base = large ? 256 : 8
  let value = 0
  let from = large ? at + 1 : at
  while (!large && block[from] === SPACE) from++
  for (let i = from; i < at + length; i++) {
    const byte = block[i] as number
    if (!large && (byte === 0 || byte === SPACE)) break
    const digit = large ? byte : byte - ZERO
    value = digit < 0 || digit >= base ? Number.NaN : value * base + digit
  }
  if (!Number.isSafeInteger(value)) throw new TarDamagedError('a header has a number that is none')
  return value
}

const LANES = 0x00ff00ff

/** Of the block's bytes. Four at a time, in lanes of 16 bits, which 512 bytes can't fill: there are many headers. */
function sumOf(block: Buffer, at: number): number {
  const words = new DataView(block.buffer, block.byteOffset + at, TAR_BLOCK)
  let even = 0
  let odd = 0
  for (let i = 0; i < TAR_BLOCK; i += 4) {
    const word = words.getUint32(i, true)
    even += word & LANES
    odd += (word >>> 8) & LANES
  }
  return (even & 0xffff) + (even >>> 16) + (odd & 0xffff) + (odd >>> 16)
}

/** A checksum counts its own place as spaces. Some old tars added signed bytes. Throws TarDamagedError. */
function checkSum(block: Buffer, at: number, sum: number): void {
  const own = at + 148
  const told = Number.parseInt(block.toString('latin1', own, own + 8), 8)
  let expected = sum + 8 * SPACE
  for (let i = own; i < own + 8; i++) expected -= block[i] as number
  if (told === expected) return
  for (let i = at; i < at + TAR_BLOCK; i++) if ((block[i] as number) > 127) expected -= 256
  if (told !== expected) throw new TarDamagedError('a header does not have its checksum')
}
