/** A clock that stands still until it is told otherwise; sleeping lets its time pass at once. */
export class TestClock {
  #ms: number

  constructor(start = '2026-11-22T08:00:00Z') {
    this.#ms = Date.parse(start)
  }

  now = (): Date => new Date(this.#ms)

  advance(ms: number): void {
    this.#ms += ms
  }

  sleep = async (ms: number): Promise<void> => {
    this.advance(ms)
    // Others get their turn, so that what they do meanwhile can be waited for.
    await new Promise(resolve => setImmediate(resolve))
  }
}
