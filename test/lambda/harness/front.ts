import { once } from 'node:events'
import {
  createServer,
  Agent as HttpAgent,
  type IncomingMessage,
  request as requestHttp,
  type ServerResponse,
} from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'

/** A request that went through. */
export interface Seen {
  method: string
  url: string
  authorization: string
}

/** What a request waits for that gets no answer. */
export const NEVER = new Promise<never>(() => {})

/**
 * Stands before a server: notes who asks for what, and makes it slow, silent or forgetful as a test needs it. Functions are told of
 * it in place of the server.
 */
export class Front {
  readonly #target: URL
  readonly #server = createServer(
    (request, response) => void this.#serve(request, response).catch(() => response.destroy()),
  )
  readonly #sockets = new Set<Socket>()
  readonly #agent: HttpAgent
  readonly seen: Seen[] = []
  /** What each request has to wait for before it is passed on. */
  before: (request: Seen) => Promise<unknown> | undefined = () => undefined
  /** What is asked of the server instead; the path. */
  rewrite: (url: string) => string = url => url

  private constructor(target: string) {
    this.#target = new URL(target)
    this.#agent =
      this.#target.protocol === 'https:'
        ? new HttpsAgent({ keepAlive: true, rejectUnauthorized: false })
        : new HttpAgent({ keepAlive: true })
    // Never by itself: who closes, and when, is the test's.
    this.#server.keepAliveTimeout = 0
    this.#server.on('connection', socket => {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
    })
  }

  static async before(target: string): Promise<Front> {
    const front = new Front(target)
    front.#server.listen(0, '127.0.0.1')
    await once(front.#server, 'listening')
    return front
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Connections that clients keep open. */
  get connections(): number {
    return this.#sockets.size
  }

  /** As a server, or whatever is between, does with connections that nobody has used for a while. */
  closeConnections(): void {
    for (const socket of this.#sockets) socket.end()
  }

  /** As if new, but for its address. */
  forget(): void {
    this.seen.length = 0
    this.before = () => undefined
    this.rewrite = url => url
  }

  stop(): void {
    this.#server.close()
    this.#server.closeAllConnections()
    this.#agent.destroy()
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = request
    const seen = { method, url, authorization: headers.authorization ?? '' }
    this.seen.push(seen)
    await this.before(seen)
    const { protocol, hostname, port } = this.#target
    const options = { hostname, port, method, path: this.rewrite(url), headers, agent: this.#agent }
    const passed = (protocol === 'https:' ? requestHttps : requestHttp)(options, answer => {
      response.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
      answer.pipe(response)
      answer.once('error', () => response.destroy())
    })
    passed.once('error', () => response.destroy())
    response.once('close', () => passed.destroy())
    request.pipe(passed)
  }
}
