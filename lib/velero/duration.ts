import { InvalidInputError } from './errors.ts'
import type { GoDuration } from './types.ts'

const UNITS = new Map<string, bigint>([
  ['ns', 1n],
  ['us', 1_000n],
  ['µs', 1_000n], // U+00B5, the micro sign
  ['μs', 1_000n], // U+03BC, the Greek letter
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
])
const LIMIT = 1n << 63n
const TERM = /^(\d*)(\.\d*)?([^\d.]*)/

/**
 * Reads a Go duration (`1h30m`, `90s`, `-1.5h`, `0`) as nanoseconds, by the grammar and with the errors of Go's
 * time.ParseDuration. Days and weeks don't exist. Throws InvalidInputError.
 */
export function parseDuration(text: GoDuration): bigint {
  const invalid = (problem: string) =>
    new InvalidInputError(`time: ${problem} ${quote(text)}`, {
      next: 'Write it with h, m and s, such as 720h or 1h30m.',
    })
  const negative = text.startsWith('-')
  let rest = /^[-+]/.test(text) ? text.slice(1) : text
  if (rest === '0') return 0n
  if (rest === '') throw invalid('invalid duration')
  let total = 0n
  while (rest !== '') {
    const [term = '', whole = '', fraction = '', unitName = ''] = TERM.exec(rest) ?? []
    if (whole === '' && fraction.length < 2) throw invalid('invalid duration')
    if (BigInt(whole || 0) > LIMIT) throw invalid('invalid duration')
    if (unitName === '') throw invalid('missing unit in duration')
    const unit = UNITS.get(unitName)
    if (unit === undefined) throw invalid(`unknown unit ${quote(unitName)} in duration`)
    total += BigInt(whole || 0) * unit + fractionOf(fraction.slice(1), unit)
    if (total > LIMIT) throw invalid('invalid duration')
    rest = rest.slice(term.length)
  }
  if (total === LIMIT && !negative) throw invalid('invalid duration')
  return negative ? -total : total
}

/** Go computes the fraction in float64 and ignores digits that don't fit 63 bits; to the nanosecond the same here. */
function fractionOf(digits: string, unit: bigint): bigint {
  let value = 0n
  let scale = 1
  for (const digit of digits) {
    const next = value * 10n + BigInt(digit)
    if (value > (LIMIT - 1n) / 10n || next > LIMIT) break
    value = next
    scale *= 10
  }
  return BigInt(Math.trunc(Number(value) * (Number(unit) / scale)))
}

/** Quotes as Go's time package does in its errors: what is not printable ASCII as `\x` bytes. */
function quote(text: string): string {
  let quoted = ''
  for (const byte of new TextEncoder().encode(text)) {
    if (byte >= 0x80 || byte < 0x20) quoted += `\\x${byte.toString(16).padStart(2, '0')}`
    else quoted += (byte === 0x22 || byte === 0x5c ? '\\' : '') + String.fromCharCode(byte)
  }
  return `"${quoted}"`
}

/** Writes nanoseconds as Go's Duration.String(): `720h0m0s`, `1.5s`, `250ms`, `0s`. */
export function formatDuration(nanoseconds: bigint): GoDuration {
  if (nanoseconds === 0n) return '0s'
  const sign = nanoseconds < 0n ? '-' : ''
  const ns = nanoseconds < 0n ? -nanoseconds : nanoseconds
  if (ns < 1_000n) return `${sign}${ns}ns`
  if (ns < 1_000_000n) return `${sign}${decimal(ns, 3)}µs`
  if (ns < 1_000_000_000n) return `${sign}${decimal(ns, 6)}ms`
  const minutes = ns / 60_000_000_000n
  const seconds = `${decimal(ns % 60_000_000_000n, 9)}s`
  if (minutes === 0n) return sign + seconds
  const hours = minutes / 60n
  return hours === 0n ? `${sign}${minutes}m${seconds}` : `${sign}${hours}h${minutes % 60n}m${seconds}`
}

function decimal(value: bigint, places: number): string {
  const scale = 10n ** BigInt(places)
  const fraction = (value % scale).toString().padStart(places, '0').replace(/0+$/, '')
  return fraction === '' ? `${value / scale}` : `${value / scale}.${fraction}`
}

/** A Go duration in milliseconds. Throws InvalidInputError. */
export function durationMs(text: GoDuration): number {
  return Number(parseDuration(text)) / 1e6
}
