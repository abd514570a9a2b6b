/** 2^26 bits: at a million paths one in 100,000 is taken for another, at ten million one in 20. */
const BITS = 26
const PROBES = 4

/** Tells, in memory of one size, which paths may have been there before. Never wrong about one that has been. */
export class SeenPaths {
  #bits = new Uint32Array(1 << (BITS - 5))

  /** Whether this path may have been added already. */
  add(path: string): boolean {
    let a = 0x811c9dc5
    let b = 0x9747b28c
    for (let i = 0; i < path.length; i++) {
      const unit = path.charCodeAt(i)
      a = Math.imul(a ^ unit, 0x01000193)
      b = Math.imul(b ^ unit, 0x5bd1e995)
    }
    let hash = mixed(a)
    const step = mixed(b) | 1
    let seen = true
    for (let probe = 0; probe < PROBES; probe++) {
      const bit = hash >>> (32 - BITS)
      const mask = 1 << (bit & 31)
      const word = bit >>> 5
      if (((this.#bits[word] as number) & mask) === 0) {
        seen = false
        this.#bits[word] = (this.#bits[word] as number) | mask
      }
      hash = (hash + step) | 0
    }
    return seen
  }
}

/** Spreads what differs in the lower bits over all of them. */
function mixed(hash: number): number {
  let mix = hash ^ (hash >>> 16)
  mix = Math.imul(mix, 0x85ebca6b)
  mix ^= mix >>> 13
  mix = Math.imul(mix, 0xc2b2ae35)
  return mix ^ (mix >>> 16)
}
