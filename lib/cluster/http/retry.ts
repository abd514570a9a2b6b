/** Why a try failed: an answer other than 2xx, or a connection that failed. */
export type Failure =
  | { status: number; retryAfterMs?: number | undefined }
  | { status?: undefined; passing: boolean; unsent: boolean }

export interface Attempt {
  method: string
  /** How many tries have been made, this one included. */
  tries: number
  /** Since the first of them failed. */
  elapsedMs: number
  /** Whether this server has ever answered us. One that never did is told of soon: its address is probably wrong. */
  known: boolean
}

const MAX_TRIES = 10
const MAX_TOTAL_MS = 60_000
/** For server errors without Retry-After, which may well be for good. */
const FEW_TRIES = 3

/**
 * How long to wait before the next try, in ms; undefined: give up. The server's own Retry-After counts for any method: it
 * has not done what was asked. Without it only what is safe to repeat is repeated. `random` is in [0, 1).
 */
export function retryDelay(failure: Failure, attempt: Attempt, random: number): number | undefined {
  if (attempt.tries >= triesFor(failure, attempt)) return undefined
  const asked = failure.status === undefined ? undefined : failure.retryAfterMs
  const delay = asked ?? backoff(attempt.tries, random)
  return attempt.elapsedMs + delay > MAX_TOTAL_MS ? undefined : delay
}

function triesFor(failure: Failure, { method, known }: Attempt): number {
  const repeatable = method === 'GET'
  if (failure.status === undefined) {
    if (!failure.passing || !(repeatable || failure.unsent)) return 1
    return known ? MAX_TRIES : 2
  }
  if (failure.status === 429) return MAX_TRIES
  if (failure.status < 500) return 1
  if (failure.retryAfterMs !== undefined) return MAX_TRIES
  return repeatable ? FEW_TRIES : 1
}

/** 0.2 s, doubled each time up to 10 s, from half of it to the whole. */
function backoff(tries: number, random: number): number {
  return Math.min(10_000, 200 * 2 ** (tries - 1)) * (0.5 + random / 2)
}

/** Retry-After as seconds or as a date, in ms from `now`; undefined where there is none, or none to be read. */
export function parseRetryAfter(header: string | string[] | undefined, now: number): number | undefined {
  const value = Array.isArray(header) ? header[0] : header
  if (value === undefined || value.trim() === '') return undefined
  const seconds = Number(value)
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - now
  return Number.isNaN(ms) ? undefined : Math.max(0, ms)
}
