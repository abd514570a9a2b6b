/** At most `places` holders at once, first come, first served. */
export class Semaphore {
  readonly #places: number
  #free: number
  #queue: (() => void)[] = []

  constructor(places: number) {
    this.#places = places
    this.#free = places
  }

  /** Done when all who hold a place or wait for one have given it back. */
  async idle(): Promise<void> {
    const places = await Promise.all(Array.from({ length: this.#places }, () => this.acquire()))
    for (const release of places) release()
  }

  /** Answers how to give the place back. */
  async acquire(): Promise<() => void> {
    if (this.#free > 0) this.#free--
    else await new Promise<void>(resolve => this.#queue.push(resolve))
    return () => {
      const next = this.#queue.shift()
      if (next === undefined) this.#free++
      else next()
    }
  }
}
