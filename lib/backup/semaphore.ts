/** At most `places` holders at once, first come, first served. */
export class Semaphore {
  #free: number
  #queue: (() => void)[] = []

  constructor(places: number) {
    this.#free = places
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
