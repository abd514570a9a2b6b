import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** Of a delay of a minute remains so much of it. */
const HASTE = 30

/**
 * Stands before SQS: a test has no time for delays of a minute, which it shortens, and keeps what a function asked for, in seconds.
 */
export class QueueFront {
  readonly #server
  readonly delays: number[] = []

  private constructor(endpoint: string) {
    this.#server = createServer(async (request, response) => {
      const { host: _, 'content-length': __, connection: ___, ...headers } = request.headers
      const body = this.#hasten(await text(request))
      const answer = await fetch(endpoint, { method: 'POST', headers: headers as Record<string, string>, body })
      const type = answer.headers.get('content-type') ?? ''
      response.writeHead(answer.status, { 'Content-Type': type }).end(await answer.text())
    })
  }

  static async before(endpoint: string): Promise<QueueFront> {
    const front = new QueueFront(endpoint)
    front.#server.listen(0, '127.0.0.1')
    await once(front.#server, 'listening')
    return front
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  stop(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }

  #hasten(body: string): string {
    const message = JSON.parse(body) as { DelaySeconds?: number }
    if (!message.DelaySeconds) return body
    this.delays.push(message.DelaySeconds)
    return JSON.stringify({ ...message, DelaySeconds: Math.ceil(message.DelaySeconds / HASTE) })
  }
}
