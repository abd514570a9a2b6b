const NAMED: Record<string, string> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '"': '\\"',
  '\\': '\\\\',
}
const UNNAMED = new Map(Object.entries(NAMED).map(([character, written]) => [written[1], character]))

/** What Go's unicode.IsPrint lets through. */
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u

/** Stands as it is between quotes: printable ASCII but quote and backslash. */
const PLAIN = /^[ !#-[\]-~]*$/

/** Go's `%q` of a string: double-quoted, with everything that can't be printed escaped. */
export function goQuote(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`
  let quoted = '"'
  for (const character of text.toWellFormed()) {
    quoted += NAMED[character] ?? (PRINTABLE.test(character) ? character : escapeOf(character))
  }
  return `${quoted}"`
}

function escapeOf(character: string): string {
  const code = character.codePointAt(0) ?? 0
  const hex = code.toString(16)
  if (code < 0x80) return `\\x${hex.padStart(2, '0')}`
  return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`
}

const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))/gs

/** The reverse of `goQuote`, for the text between the quotes. Bytes that were no UTF-8 become U+FFFD. */
export function goUnquote(inner: string): string {
  return inner.replace(ESCAPE, (_, byte?: string, short?: string, long?: string, letter?: string) => {
    if (byte !== undefined) {
      const code = Number.parseInt(byte, 16)
      return code < 0x80 ? String.fromCharCode(code) : '\ufffd'
    }
    if (letter !== undefined) return UNNAMED.get(letter) ?? letter
    const code = Number.parseInt(short ?? long ?? '', 16)
    return code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd'
  })
}
