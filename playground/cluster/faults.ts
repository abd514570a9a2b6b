import type { IncomingHttpHeaders } from 'node:http'

/** What a test makes go wrong with one request. */
export interface Fault {
  /** Answered instead of the real thing, with `headers` and `body`. */
  status?: number
  /** Added to whatever is answered: `retry-after`. */
  headers?: Record<string, string>
  body?: string
  /** Waits this long before anything is answered. */
  delayMs?: number
  /** Breaks the connection off after so many bytes of the body. */
  cutAfterBytes?: number
}

/** Asked once for every request, before it is authenticated; `path` has its query. */
export type Faults = (request: { method: string; path: string; headers: IncomingHttpHeaders }) => Fault | undefined
