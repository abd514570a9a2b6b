import type { Clock } from './clock.ts'
import { AdaptiveLimit } from './flow-limit.ts'

/** The right to have one request in flight. */
export interface Permit {
  /** The headers of a good answer have arrived: the latency to learn from ends here. */
  answered(): void
  /** The server asks for less; before `retryAfterMs` has passed, a request is sent only in the place of one answered well. */
  throttled(retryAfterMs?: number): void
  /** Gives the place back, once; later calls do nothing. `bytes` read, so that answers are compared with their like. */
  release(bytes?: number): void
}

interface Waiting {
  start: (inFlight: number) => void
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
  /** Good answers since the last Retry-After: as many requests may be sent before it has passed. */
  #earned = 0
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
    const inFlight = (this.#queue.size === 0 && this.#take()) || (await this.#wait(signal))
    return this.#permit(kind, inFlight)
  }

  /** Takes a place, and answers how many are taken then; 0 where there is none. */
  #take(): number {
    if (this.#inFlight >= this.#limit.current) return 0
    if (this.#clock.now() < this.#pausedUntil) {
      if (this.#earned === 0) return 0
      this.#earned--
    }
    return ++this.#inFlight
  }

  async #wait(signal?: AbortSignal): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>()
    const waiting: Waiting = { start: resolve, fail: reject }
    this.#queue.add(waiting)
    this.#wakeAfterPause()
    if (signal === undefined) return promise
    const abort = () => {
      if (this.#queue.delete(waiting)) waiting.fail(signal.reason)
    }
    signal.addEventListener('abort', abort, { once: true })
    return promise.finally(() => signal.removeEventListener('abort', abort))
  }

  #admit(): void {
    for (const waiting of this.#queue) {
      const inFlight = this.#take()
      if (inFlight === 0) break
      this.#queue.delete(waiting)
      waiting.start(inFlight)
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

  #permit(kind: string, inFlight: number): Permit {
    // Methods, here as on the rest of a request's way: a function that is a value gets its name when it is made, in the
    // bundle, which for thousands of requests takes longer than what it does.
    const flow = this
    const sentAt = flow.#clock.now()
    let answeredAt: number | undefined
    let atLimit = false
    let held = true
    return {
      answered() {
        answeredAt = flow.#clock.now()
        atLimit = flow.#inFlight >= flow.#limit.current
      },
      throttled(retryAfterMs) {
        const at = flow.#clock.now()
        flow.#limit.throttled({ sentAt, inFlight, at })
        if (retryAfterMs === undefined) return
        flow.#pausedUntil = Math.max(flow.#pausedUntil, at + retryAfterMs)
        flow.#earned = 0
      },
      release(bytes = 0) {
        if (!held) return
        held = false
        flow.#inFlight--
        if (answeredAt !== undefined) {
          const cost = `${kind} ${sizeClass(bytes)}`
          flow.#limit.succeeded({ cost, latencyMs: answeredAt - sentAt, atLimit, at: answeredAt })
          flow.#earned++
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
