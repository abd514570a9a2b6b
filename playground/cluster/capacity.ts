/** Runs something after so many ms; answers how to call it off. */
export type After = (ms: number, run: () => void) => () => void

export const inRealTime: After = (ms, run) => {
  const timer = setTimeout(run, ms)
  return () => clearTimeout(timer)
}

export interface CapacityOptions {
  /** Requests that are served at once. */
  seats: number
  /** How long the next one keeps its seat, in ms. */
  serviceMs: () => number
  /** How many requests of each client may wait for a seat. */
  queueLength: number
  /** How long one of them waits at the longest, in ms. */
  queueWaitMs: number
}

/** In answer to a request that was refused, in seconds; as the real server does while it refuses few. */
export const RETRY_AFTER_S = 1

/** What starts one that waits, in its turn. */
type Start = () => void

/**
 * What an API server can bear, after its priority and fairness: so many seats, a queue for each client, whose turns go
 * round, and a refusal for whoever finds his queue full or waits too long in it. A refusal costs nothing.
 */
export class Capacity {
  served = 0
  refused = 0
  readonly #options: CapacityOptions
  readonly #after: After
  #seats: number
  #busy = 0
  /** None of them is empty; the first is next. */
  readonly #queues = new Map<string, Set<Start>>()

  constructor(options: CapacityOptions, after: After) {
    this.#options = options
    this.#after = after
    this.#seats = options.seats
  }

  get seats(): number {
    return this.#seats
  }

  /** May change at any time; with fewer, those that are being served keep their seats to the end. */
  set seats(count: number) {
    this.#seats = count
    this.#fill()
  }

  /** True once a request of the client has had a seat for as long as it takes; false where it is refused. */
  serve(client: string): Promise<boolean> {
    return new Promise(resolve => {
      if (this.#busy < this.#seats) this.#seat(resolve)
      else this.#queue(client, resolve)
    })
  }

  #seat(done: (served: boolean) => void): void {
    this.#busy++
    this.#after(this.#options.serviceMs(), () => {
      this.#busy--
      this.served++
      done(true)
      this.#fill()
    })
  }

  #queue(client: string, done: (served: boolean) => void): void {
    const refuse = () => {
      this.refused++
      done(false)
    }
    const queue = this.#queues.get(client) ?? new Set()
    if (queue.size >= this.#options.queueLength) {
      refuse()
      return
    }
    this.#queues.set(client, queue)
    const callOff = this.#after(this.#options.queueWaitMs, () => {
      this.#leave(client, queue, start)
      refuse()
    })
    const start = () => {
      callOff()
      this.#seat(done)
    }
    queue.add(start)
  }

  #leave(client: string, queue: Set<Start>, start: Start): void {
    queue.delete(start)
    if (queue.size === 0) this.#queues.delete(client)
  }

  /** Gives free seats to those that wait, one of each client in turn. */
  #fill(): void {
    for (const [client, queue] of this.#queues) {
      if (this.#busy >= this.#seats) return
      const [start = () => {}] = queue
      this.#queues.delete(client)
      queue.delete(start)
      // To the end of the round, where this loop comes to it once more.
      if (queue.size > 0) this.#queues.set(client, queue)
      start()
    }
  }
}
