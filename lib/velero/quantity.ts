const DECIMAL: Record<string, number> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 }
const BINARY: Record<string, bigint> = { Ki: 10n, Mi: 20n, Gi: 30n, Ti: 40n, Pi: 50n, Ei: 60n }

/** Larger numbers are cut to this by Kubernetes; in thousand-millionths, the smallest part it keeps. */
const LARGEST = ((1n << 63n) - 1n) * 1_000_000_000n
const SYNTAX = /^([+-]?)(\d*)(?:\.(\d*))?([KMGTPE]i|[numkMGTPE]?|[eE][+-]?\d{1,3})$/

/**
 * Reads a Kubernetes quantity (`10Gi`, `1.5`, `100m`, `2e3`) exactly, as thousand-millionths; undefined where it is none.
 * Smaller parts are rounded away from zero, as Kubernetes does.
 */
export function parseQuantity(text: string): bigint | undefined {
  const [, sign, whole = '', fraction = '', suffix = ''] = SYNTAX.exec(text) ?? []
  if (sign === undefined || whole + fraction === '') return undefined
  const binary = BINARY[suffix]
  const exponent = binary !== undefined ? 0 : (DECIMAL[suffix] ?? Number(suffix.slice(1)))
  const digits = BigInt(whole + fraction) << (binary ?? 0n)
  const scale = exponent + 9 - fraction.length
  const value = scale >= 0 ? digits * 10n ** BigInt(scale) : roundUp(digits, 10n ** BigInt(-scale))
  const bounded = value > LARGEST ? LARGEST : value
  return sign === '-' ? -bounded : bounded
}

function roundUp(value: bigint, divisor: bigint): bigint {
  return (value + divisor - 1n) / divisor
}
