import { readFileSync } from 'node:fs'
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { apiError } from '../../../lib/cluster/http/api-failure.ts'
import type { ApiRequest, ApiResponse, Transport } from '../../../lib/cluster/types.ts'

export const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}`, import.meta.url))

export interface FakeApi extends AsyncDisposable {
  url: string
  port: number
  /** `METHOD path`, as they came. */
  requests: string[]
}

type Handler = (request: IncomingMessage, response: ServerResponse, nth: number) => void

/** A server on a loopback port; with `tls`, one with a certificate for 127.0.0.1 and api.example.com that nobody trusts. */
export async function fakeApi(handler: Handler, options: { tls?: https.ServerOptions } = {}): Promise<FakeApi> {
  const requests: string[] = []
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    requests.push(`${request.method} ${request.url}`)
    handler(request, response, requests.length)
  }
  const server = options.tls
    ? https.createServer({ key: fixture('server.key'), cert: fixture('server.crt'), ...options.tls }, listener)
    : http.createServer(listener)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    port,
    url: `${options.tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

/** Answers with JSON. */
export function json(
  response: ServerResponse,
  value: unknown,
  status = 200,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value))
}

/** A transport without a server: `answer` gives a body, or a status other than 2xx, or throws. */
export function fakeTransport(answer: (request: ApiRequest) => unknown): Transport & { requests: ApiRequest[] } {
  const requests: ApiRequest[] = []
  return {
    server: 'https://api.example.com',
    requests,
    async request(request): Promise<ApiResponse> {
      requests.push(request)
      const value = answer(request)
      if (typeof value === 'number') throw apiError(request, value, '')
      const bytes = Buffer.from(JSON.stringify(value))
      async function* body() {
        yield bytes.subarray(0, 3)
        yield bytes.subarray(3)
      }
      return { status: 200, headers: {}, body: Object.assign(body(), { destroy: () => {} }) }
    },
    close: async () => {},
  }
}
