import type { Dispatcher } from 'undici'
import type { Clock } from './clock.ts'
import type { Credentials, Identity } from './credentials/types.ts'
import type { FlowControl, Permit } from './flow.ts'
import { apiError, readText } from './http/api-failure.ts'
import { WholeBody } from './http/body.ts'
import { BrokenConnection } from './http/connection-failure.ts'
import { createDispatcher } from './http/dispatcher.ts'
import type { Endpoint } from './http/endpoint.ts'
import { type AnswerInPieces, bodyOf, dispatchInPieces } from './http/pieces.ts'
import { type Failure, parseRetryAfter, retryDelay } from './http/retry.ts'
import { dispatchWhole, type WholeAnswer } from './http/whole.ts'
import { noRequests, type RequestCounts } from './request-counts.ts'
import type { ApiError, ApiRequest, ApiResponse, Transport } from './types.ts'

export interface TransportParts {
  endpoint: Endpoint
  credentials: Credentials
  flow: FlowControl
  clock: Clock
  /** In [0, 1), for the jitter between retries. */
  random: () => number
  /** Counted on as requests are sent. */
  counts?: RequestCounts
  /** Opens the connections as one identity; real ones where nothing else is said. */
  dispatcher?: typeof createDispatcher
}

type Outcome = { response: ApiResponse } | { failure: Failure; error: ApiError | BrokenConnection; identity: Identity }

/** See Transport for what it promises. */
export function createTransport(parts: TransportParts): Transport {
  return new HttpTransport(parts)
}

class HttpTransport implements Transport {
  readonly server: string
  readonly #parts: TransportParts
  readonly #origin: string
  readonly #prefix: string
  #connections: { dispatcher: Dispatcher; identity: Identity } | undefined
  #known = false
  readonly #counts: RequestCounts

  constructor(parts: TransportParts) {
    const { origin, pathname } = new URL(parts.endpoint.server)
    this.#parts = parts
    this.#counts = parts.counts ?? noRequests()
    this.#origin = origin
    this.#prefix = pathname.replace(/\/+$/, '')
    // For messages: without a user and password that somebody may have put into the address.
    this.server = origin + this.#prefix
  }

  async request(request: ApiRequest): Promise<ApiResponse> {
    const { clock, credentials, random } = this.#parts
    let failedSince: number | undefined
    let refused: Identity | undefined
    for (let tries = 1; ; tries++) {
      // Before its turn, in which nobody is to wait for a plugin.
      await credentials.get()
      if (tries > 1) this.#counts.retries++
      const outcome = await this.#try(request)
      if ('response' in outcome) return outcome.response
      const { failure, error, identity } = outcome
      // A 401 is worth one more try, if there is another identity to try it with.
      if (failure.status === 401 && refused === undefined) {
        refused = identity
        credentials.reject(identity)
        if ((await credentials.get()) !== identity) continue
      }
      failedSince ??= clock.now()
      const attempt = { method: request.method, tries, elapsedMs: clock.now() - failedSince, known: this.#known }
      const delay = retryDelay(failure, attempt, random())
      if (delay === undefined) throw error
      await clock.sleep(delay, request.signal)
    }
  }

  async close(): Promise<void> {
    // Not close(), which would wait for bodies that nobody reads any more.
    await this.#connections?.dispatcher.destroy()
  }

  async #try(request: ApiRequest): Promise<Outcome> {
    const permit = await this.#parts.flow.acquire(request.method, request.signal)
    // Only now: what a request that had to wait was given before may have ended meanwhile.
    const identity = await this.#parts.credentials.get().catch(error => {
      permit.release()
      throw error
    })
    this.#counts.sent++
    try {
      const answer = await this.#send(request, identity)
      this.#known = true
      if (answer.statusCode >= 200 && answer.statusCode < 300) {
        permit.answered()
        return {
          response: { status: answer.statusCode, headers: answer.headers, body: this.#body(request, answer, permit) },
        }
      }
      return { ...(await this.#refusal(request, answer, permit)), identity }
    } catch (error) {
      permit.release()
      const broken = this.#broken(request, error)
      if (!(broken instanceof BrokenConnection)) throw broken
      return { failure: { passing: broken.passing, unsent: broken.unsent }, error: broken, identity }
    }
  }

  /** Lists come in pieces; what is written is answered by one object. */
  #send(request: ApiRequest, identity: Identity): Promise<AnswerInPieces | WholeAnswer> {
    const dispatcher = this.#dispatcher(identity)
    const options = this.#options(request, identity)
    const inPieces = request.method === 'GET' || request.signal !== undefined
    return inPieces ? dispatchInPieces(dispatcher, options, request.signal) : dispatchWhole(dispatcher, options)
  }

  #body(request: ApiRequest, { body }: AnswerInPieces | WholeAnswer, permit: Permit): ApiResponse['body'] {
    if (!Buffer.isBuffer(body)) {
      return bodyOf(
        body,
        bytes => permit.release(bytes),
        error => this.#broken(request, error),
      )
    }
    permit.release(body.length)
    return new WholeBody(body)
  }

  async #refusal(
    request: ApiRequest,
    answer: AnswerInPieces | WholeAnswer,
    permit: Permit,
  ): Promise<{ failure: Failure; error: ApiError }> {
    const status = answer.statusCode
    const retryAfterMs = parseRetryAfter(answer.headers['retry-after'], this.#parts.clock.now())
    if (status === 429 || status === 503 || (status >= 500 && retryAfterMs !== undefined))
      permit.throttled(retryAfterMs)
    if (status === 429 || status === 503) this.#counts.throttles++
    const text = Buffer.isBuffer(answer.body) ? answer.body.toString('utf8') : await readText(answer.body)
    const error = apiError(request, status, text)
    permit.release()
    return { failure: { status, retryAfterMs }, error }
  }

  #broken(request: ApiRequest, error: unknown): unknown {
    return request.signal?.aborted ? request.signal.reason : new BrokenConnection(this.server, error)
  }

  #options(request: ApiRequest, identity: Identity): Omit<Dispatcher.RequestOptions, 'origin'> & { origin: string } {
    return {
      origin: this.#origin,
      path: this.#prefix + request.path,
      method: request.method,
      headers: {
        ...identity.headers,
        accept: request.accept ?? 'application/json',
        'user-agent': 'lateen',
        ...(request.body !== undefined && { 'content-type': request.contentType ?? 'application/json' }),
      },
      body: request.body ?? null,
    }
  }

  /** A new client certificate takes new connections; those of the old one end with the requests that they carry. */
  #dispatcher(identity: Identity): Dispatcher {
    const present = this.#connections
    if (present !== undefined && present.identity.cert === identity.cert && present.identity.key === identity.key) {
      return present.dispatcher
    }
    present?.dispatcher.close().catch(() => present.dispatcher.destroy())
    const { dispatcher: open = createDispatcher, endpoint } = this.#parts
    const dispatcher = open(endpoint, identity)
    this.#connections = { dispatcher, identity }
    return dispatcher
  }
}
