/** ECMAScript's JSON.parse source text access, in Node since 22; TypeScript's library does not describe it yet. */
const json = JSON as unknown as {
  parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): unknown
  rawJSON(text: string): unknown
}

/**
 * Parses JSON so that `stringifyLossless` prints every number with the digits it came with: one that a double would
 * print otherwise (`9007199254740993`, `1.0`, `-0`, `1e400`) becomes a raw JSON value, an opaque object.
 */
export function parseLossless(bytes: Uint8Array): unknown {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
  return json.parse(text, (_, value, { source }) =>
    typeof value === 'number' && source !== undefined && String(value) !== source ? json.rawJSON(source) : value,
  )
}

/** Compact JSON of a value from `parseLossless`. Keys that look like array indices come first, as in any JavaScript object. */
export function stringifyLossless(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value))
}
