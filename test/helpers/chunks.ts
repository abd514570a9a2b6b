import fc from 'fast-check'

/** Ways to cut a text into chunks: where, as fractions of its length. */
export const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 })

/** The bytes in pieces, cut at these fractions of their length; some may be empty. */
export function chunked(bytes: Buffer, at: readonly number[]): Buffer[] {
  const places = [0, ...at.map(part => Math.floor(part * bytes.length)).sort((a, b) => a - b), bytes.length]
  return places.slice(1).map((end, i) => Buffer.from(bytes.subarray(places[i], end)))
}
