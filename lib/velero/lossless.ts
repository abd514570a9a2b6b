/** ECMAScript's JSON.parse source text access, in Node since 22; TypeScript's library does not describe it yet. */
const json = JSON as unknown as {
  parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): unknown
  rawJSON(text: string): RawNumber
  isRawJSON(value: unknown): boolean
}

/** A number that a double would print in other digits. */
export interface RawNumber {
  readonly rawJSON: string
}

/**
 * What a number that a double may not hold looks like: 16 digits or more, a fraction, an exponent, a negative zero. Texts
 * that only look so cost time, nothing else.
 */
const NOT_PLAIN = /(?:^|[:[,\s])(?:-?\d{16}|-?\d+[.eE]|-0)/

/**
 * Parses JSON so that `stringifyLossless` prints every number with the digits it came with: one that a double would
 * print otherwise (`9007199254740993`, `1.0`, `-0`, `1e400`) becomes a raw JSON value, an opaque object.
 */
export function parseLossless(bytes: Uint8Array): unknown {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
  // Most objects have no such number, and a reviver takes five times as long.
  if (!NOT_PLAIN.test(text)) return JSON.parse(text)
  return json.parse(text, (_, value, { source }) =>
    typeof value === 'number' && source !== undefined && String(value) !== source ? json.rawJSON(source) : value,
  )
}

/** Compact JSON of a value from `parseLossless`. Keys that look like array indices come first, as in any JavaScript object. */
export function stringifyLossless(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value))
}

export function isRawNumber(value: unknown): value is RawNumber {
  return json.isRawJSON(value)
}
