import { byBytes } from './byte-order.ts'

const HTML = /[<>&\u2028\u2029]/g
const escapeHtml = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/**
 * JSON as Go's encoding/json writes it: compact, `<`, `>`, `&`, U+2028 and U+2029 escaped, no newline at the end (Go's
 * Encoder adds one). An object keeps the order of its keys, as a Go struct does; a `Map` is written with its keys in
 * byte order, as a Go map is. Keys with the value `undefined` are left out. Throws TypeError for what JSON can't hold.
 */
export function goJson(value: unknown): string {
  return encode(value, undefined)
}

/** The same as Go's MarshalIndent writes it with two spaces. */
export function goJsonIndented(value: unknown): string {
  return encode(value, '\n')
}

/** `line` is a newline with the current indentation, or undefined for compact output. */
function encode(value: unknown, line: string | undefined): string {
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'string') return encodeText(value)
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value)
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`JSON can't hold the number ${value}`)
    return JSON.stringify(value)
  }
  if (Array.isArray(value)) {
    return enclose(
      '[',
      value.map(item => encode(item, deeper(line))),
      ']',
      line,
    )
  }
  if (typeof value !== 'object') throw new TypeError(`JSON can't hold a ${typeof value}`)
  const colon = line === undefined ? ':' : ': '
  const members = entriesOf(value)
    .filter(([, member]) => member !== undefined)
    .map(([key, member]) => encodeText(key) + colon + encode(member, deeper(line)))
  return enclose('{', members, '}', line)
}

function entriesOf(value: object): [string, unknown][] {
  return value instanceof Map ? [...value].sort(([a], [b]) => byBytes(a, b)) : Object.entries(value)
}

function encodeText(text: string): string {
  return JSON.stringify(text.toWellFormed()).replace(HTML, escapeHtml)
}

function deeper(line: string | undefined): string | undefined {
  return line === undefined ? undefined : `${line}  `
}

function enclose(open: string, parts: string[], close: string, line: string | undefined): string {
  if (parts.length === 0 || line === undefined) return open + parts.join(',') + close
  const inner = `${line}  `
  return open + inner + parts.join(`,${inner}`) + line + close
}
