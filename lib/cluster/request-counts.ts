/** What the requests of one connection have come to so far. */
export interface RequestCounts {
  /** Each time that one was sent, also when it was sent again. */
  sent: number
  /** Of those, the ones that were sent again. */
  retries: number
  /** Answers 429 and 503, by which a server asks for less. */
  throttles: number
}

export function noRequests(): RequestCounts {
  return { sent: 0, retries: 0, throttles: 0 }
}
