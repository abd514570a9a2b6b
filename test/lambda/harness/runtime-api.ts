import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** What a function is called with, beside the event. */
export interface Call {
  requestId: string
  /** When its time ends, in ms since 1970. */
  deadlineMs: number
  functionArn: string
  event: unknown
}

/** What the runtime reported of a call, or of its start. */
export type Report =
  | { kind: 'response'; requestId: string; body: string }
  | { kind: 'error'; requestId: string; body: string; type: string }
  | { kind: 'initError'; body: string; type: string }
  /** It asks for the next call: whatever goes on beside is to be frozen. */
  | { kind: 'next' }

const VERSION = '/2018-06-01/runtime'

/**
 * Lambda's Runtime API for one instance of a function, on a port of its own. `report` is told whatever the runtime says, in order;
 * `answer` gives the call to a runtime that has asked for one.
 */
export class RuntimeApi {
  readonly #server: Server
  #waiting: ServerResponse | undefined

  private constructor(server: Server) {
    this.#server = server
  }

  static async start(report: (report: Report) => void): Promise<RuntimeApi> {
    const server = createServer((request, response) => {
      api.#serve(request, response, report).catch(error => response.destroy(error))
    })
    const api = new RuntimeApi(server)
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    return api
  }

  /** As AWS_LAMBDA_RUNTIME_API names it. */
  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  answer({ requestId, deadlineMs, functionArn, event }: Call): void {
    this.#waiting?.writeHead(200, {
      'Content-Type': 'application/json',
      'Lambda-Runtime-Aws-Request-Id': requestId,
      'Lambda-Runtime-Deadline-Ms': String(deadlineMs),
      'Lambda-Runtime-Invoked-Function-Arn': functionArn,
      'Lambda-Runtime-Trace-Id': `Root=1-5e1b4151-${requestId.replaceAll('-', '').slice(0, 24)};Sampled=0`,
    })
    this.#waiting?.end(JSON.stringify(event))
    this.#waiting = undefined
  }

  stop(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }

  async #serve(request: IncomingMessage, response: ServerResponse, report: (report: Report) => void): Promise<void> {
    const { method, url = '' } = request
    if (method === 'GET' && url === `${VERSION}/invocation/next`) {
      this.#waiting = response
      report({ kind: 'next' })
      return
    }
    const body = await text(request)
    response.writeHead(202, { 'Content-Type': 'application/json' }).end('{"status":"OK"}')
    const type = String(request.headers['lambda-runtime-function-error-type'] ?? '')
    const [, requestId = '', what] = /^\/2018-06-01\/runtime\/invocation\/([^/]+)\/(response|error)$/.exec(url) ?? []
    if (what === 'response') report({ kind: what, requestId, body })
    else if (what === 'error') report({ kind: what, requestId, body, type })
    else if (url === `${VERSION}/init/error`) report({ kind: 'initError', body, type })
    else throw new Error(`the Runtime API has no ${method} ${url}`)
  }
}
