/** One finished request, for the limit to learn from. `cost` names what it may be compared with: its method and size class. */
export interface Sample {
  cost: string
  /** From sending the request to the answer's headers; big bodies don't count as slow. */
  latencyMs: number
  /** Whether as many requests as the limit allows were in flight; only then does it prove that the limit could be higher. */
  atLimit: boolean
  /** When it was answered, in ms. */
  at: number
}

/** A refused request: when it was sent, and how many were in flight then, itself among them. */
export interface Refusal {
  sentAt: number
  inFlight: number
  at: number
}

/** Never below this because of latency alone: that much is what one kubectl user may do. */
const PATIENT_FLOOR = 4
/** A latency is strained beyond this multiple of the class's usual best, and this much on top for the jitter of small ones. */
const STRAINED = { times: 2, plusMs: 25 }
const OVERLOADED = { times: 8, plusMs: 200 }
/** The share of a new latency in what counts as usual at present. */
const RECENT = 0.15
/** Where the server refused, nothing more is tried for so long: each try costs somebody a refusal and us half the limit. */
const HOLD_MS = 5000

/**
 * How many requests may be in flight: the state machine alone, without clock or queue. Like TCP it doubles per round until
 * the first sign of strain, then adds one per round; halves at once when the server asks for less, at most once per round;
 * and holds while answers come later than the best of their class. After a halving it doubles again, but only to one below
 * what was refused, holds there for HOLD_MS, and only then tries one more per round: so it stays close to what the server
 * bears, and finds out when that has become more.
 */
export class AdaptiveLimit {
  readonly ceiling: number
  #limit: number
  #searching = true
  #shrunkAt = Number.NEGATIVE_INFINITY
  /** One more was refused. */
  #borne = Number.POSITIVE_INFINITY
  readonly #classes = new Map<string, { recent: number; best: number }>()

  constructor(ceiling: number) {
    this.ceiling = ceiling
    this.#limit = Math.min(PATIENT_FLOOR, ceiling)
  }

  /** Whole requests, at least 1. */
  get current(): number {
    return Math.max(1, Math.floor(this.#limit))
  }

  /** A request was answered well. */
  succeeded(sample: Sample): void {
    const level = this.#learn(sample)
    if (level.recent > level.best * OVERLOADED.times + OVERLOADED.plusMs) {
      this.#searching = false
      // A tenth per round, that is, a share of it per answer.
      const floor = Math.min(PATIENT_FLOOR, this.#limit)
      this.#limit = Math.max(floor, this.#limit - 0.1)
    } else if (level.recent > level.best * STRAINED.times + STRAINED.plusMs) {
      this.#searching = false
    } else if (sample.atLimit) {
      this.#climb(sample.at)
    }
  }

  /**
   * The server asked for less (429, 503, Retry-After). In answer to a request that was sent before the limit was last halved
   * that is nothing new.
   */
  throttled({ sentAt, inFlight, at }: Refusal): void {
    if (sentAt <= this.#shrunkAt) return
    this.#shrunkAt = at
    this.#borne = Math.max(1, inFlight - 1)
    this.#limit = Math.max(1, this.#limit / 2)
    this.#searching = true
  }

  #climb(now: number): void {
    if (this.#limit >= this.#borne) {
      if (now - this.#shrunkAt < HOLD_MS) return
      this.#borne = Number.POSITIVE_INFINITY
      this.#searching = false
    }
    const higher = this.#limit + (this.#searching ? 1 : 1 / this.#limit)
    this.#limit = Math.min(this.ceiling, this.#borne, higher)
  }

  #learn({ cost, latencyMs }: Sample): { recent: number; best: number } {
    const level = this.#classes.get(cost) ?? { recent: latencyMs, best: latencyMs }
    level.recent += (latencyMs - level.recent) * RECENT
    // Of what is usual, for single answers may be fast by luck. It drifts up slowly, so that a server that became slower
    // for good is not held for strained for ever.
    level.best = level.recent < level.best ? level.recent : level.best + (level.recent - level.best) * 0.01
    this.#classes.set(cost, level)
    return level
  }
}
