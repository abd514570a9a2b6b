/** Objects under way at once, and their JSON in bytes: more than flow control lets through, and little enough for memory. */
const MOST_ITEMS = 64
const MOST_BYTES = 8 << 20

/** Work on many objects at the same time, so much at once that memory does not follow their number. */
export class Pump {
  #items = 0
  #bytes = 0
  #failure: { error: unknown } | undefined
  #wake: () => void = () => {}

  /** Begins the work as soon as there is room for it. Throws what earlier work failed with. */
  async add(bytes: number, work: () => Promise<void>): Promise<void> {
    while (this.#items > 0 && (this.#items >= MOST_ITEMS || this.#bytes + bytes > MOST_BYTES)) await this.#change()
    this.#rethrow()
    this.#items++
    this.#bytes += bytes
    work()
      .catch(error => {
        this.#failure ??= { error }
      })
      .finally(() => {
        this.#items--
        this.#bytes -= bytes
        this.#wake()
      })
  }

  /** Done when all work is. Throws what any of it failed with. */
  async idle(): Promise<void> {
    while (this.#items > 0) await this.#change()
    this.#rethrow()
  }

  /** As idle, without a word of failures. */
  async quiet(): Promise<void> {
    while (this.#items > 0) await this.#change()
  }

  #change(): Promise<void> {
    return new Promise(resolve => {
      this.#wake = resolve
    })
  }

  #rethrow(): void {
    if (this.#failure !== undefined) throw this.#failure.error
  }
}
