const POOL = 1 << 20

/** xorshift32: the same figures in every run. */
function* chance(seed: number): Generator<number> {
  for (let x = seed; ; ) {
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    yield x >>> 0
  }
}

function randomBytes(length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length)
  const numbers = chance(2_463_534_242)
  for (let i = 0; i + 4 <= length; i += 4) bytes.writeUInt32LE(numbers.next().value, i)
  return bytes
}

const WORDS = 'server timeout retry limit pool cache metrics tls issuer replica queue region upstream path level'.split(
  ' ',
)

function settingsLines(length: number): string {
  const numbers = chance(88_675_123)
  const pick = () => numbers.next().value as number
  const lines: string[] = []
  for (let size = 0; size < length; size += lines.at(-1)?.length ?? 0)
    lines.push(`${WORDS[pick() % WORDS.length]}.${WORDS[pick() % WORDS.length]}: ${pick() % 100_000}\n`)
  return lines.join('')
}

const secretPool = randomBytes(POOL * 1.5).toString('base64')
const settingsPool = settingsLines(POOL)

/** Base64 that does not compress, `length` characters rounded up to whole groups; differs by `i`. */
export function secretText(i: number, length: number): string {
  const groups = Math.ceil(length / 4) * 4
  const from = ((i * 7_919) % ((secretPool.length - groups) / 4)) * 4
  return secretPool.slice(from, from + groups)
}

/** Lines of settings, which compress as such lines do; differs by `i`. */
export function settingsText(i: number, length: number): string {
  const from = (i * 104_729) % (settingsPool.length - length)
  return settingsPool.slice(from, from + length)
}

/** Hexadecimal digits that belong to `i` alone among numbers below 2^32, in no visible order. */
export function scrambled(i: number): string {
  return (Math.imul(i + 1, 2_654_435_761) >>> 0).toString(16).padStart(8, '0')
}
