/**
 * The order of strings by their UTF-8 bytes, which is Go's and the object store's; JavaScript's own puts characters
 * above U+FFFF before some below. For `sort`.
 */
export function byBytes(a: string, b: string): number {
  const shared = Math.min(a.length, b.length)
  for (let i = 0; i < shared; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x !== y) return rank(x) - rank(y)
  }
  return a.length - b.length
}

/** Halves of a surrogate pair stand for code points above every single unit. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit
}

/** Each string once, in byte order: Go's sets.String.List(). */
export function sortedSet(items: readonly string[]): string[] {
  return [...new Set(items)].sort(byBytes)
}
