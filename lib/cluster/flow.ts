import type { Clock } from './clock.ts'
import { AdaptiveLimit } from './flow-limit.ts'

/** The right to have one request in flight. */
export interface Permit {
  /** The headers of a good answer have arrived: the latency to learn from ends here. */
  answered(): void
  /** The server asks for less; with `retryAfterMs`, nothing is sent before that has passed. */
  throttled(retryAfterMs?: number): void
  /** Gives the place back, once; later calls do nothing. `bytes` read, so that answers are compared with their like. */
  release(bytes?: number): void
}

interface Waiting {
  start: () => void
  fail: (reason: unknown) => void
}

/**
 * Admits requests to one API server, first come, first served, as many at a time as an AdaptiveLimit says. One per
 * connection; its callers share it.
 */
export class FlowControl {
  readonly #limit: AdaptiveLimit
  readonly #clock: Clock
  readonly #queue = new Set<Waiting>()
  #inFlight = 0
  #pausedUntil = Number.NEGATIVE_INFINITY
  #waking = false

  constructor(maxConcurrency: number, clock: Clock) {
    this.#limit = new AdaptiveLimit(maxConcurrency)
    this.#clock = clock
  }

  /** How many requests may be in flight now. */
  get limit(): number {
    return this.#limit.current
  }

  get inFlight(): number {
    return this.#inFlight
  }

  get waiting(): number {
    return this.#queue.size
  }

  /** Waits for a place. `kind` is what latencies are compared within, such as the method. Rejects with the signal's reason. */
  async acquire(kind: string, signal?: AbortSignal): Promise<Permit> {
    signal?.throwIfAborted()
    if (this.#queue.size > 0 || !this.#free()) await this.#wait(signal)
    else this.#inFlight++
    return this.#permit(kind)
  }

  #free(): boolean {
    return this.#inFlight < this.#limit.current && this.#clock.now() >= this.#pausedUntil
  }

  async #wait(signal?: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const waiting: Waiting = { start: resolve, fail: reject }
    this.#queue.add(waiting)
    this.#wakeAfterPause()
    if (signal === undefined) return promise
    const abort = () => {
      if (this.#queue.delete(waiting)) waiting.fail(signal.reason)
    }
    signal.addEventListener('abort', abort, { once: true })
    await promise.finally(() => signal.removeEventListener('abort', abort))
  }

  #admit(): void {
    for (const waiting of this.#queue) {
      if (!this.#free()) break
      this.#queue.delete(waiting)
      this.#inFlight++
      waiting.start()
    }
    if (this.#queue.size > 0) this.#wakeAfterPause()
  }

  #wakeAfterPause(): void {
    const rest = this.#pausedUntil - this.#clock.now()
    if (this.#waking || rest <= 0) return
    this.#waking = true
    const wake = () => {
      this.#waking = false
      this.#admit()
    }
    this.#clock.sleep(rest).then(wake, wake)
  }

  #permit(kind: string): Permit {
    // Methods, here as on the rest of a request's way: a function that is a value gets its name when it is made, in the
    // bundle, which for thousands of requests takes longer than what it does.
    const flow = this
    const sentAt = flow.#clock.now()
    let latencyMs: number | undefined
    let atLimit = false
    let held = true
    return {
      answered() {
        latencyMs = flow.#clock.now() - sentAt
        atLimit = flow.#inFlight >= flow.#limit.current
      },
      throttled(retryAfterMs) {
        const now = flow.#clock.now()
        flow.#limit.throttled(sentAt, now)
        if (retryAfterMs !== undefined) flow.#pausedUntil = Math.max(flow.#pausedUntil, now + retryAfterMs)
      },
      release(bytes = 0) {
        if (!held) return
        held = false
        flow.#inFlight--
        if (latencyMs !== undefined) {
          flow.#limit.succeeded({ cost: `${kind} ${sizeClass(bytes)}`, latencyMs, atLimit })
        }
        flow.#admit()
      },
    }
  }
}

/** Powers of 16: up to 4 KiB, 64 KiB, 1 MiB ... */
function sizeClass(bytes: number): number {
  return Math.ceil(Math.log2(Math.max(bytes, 4096)) / 4)
}
