import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { type Capacity, RETRY_AFTER_S } from './capacity.ts'
import type { Fault, Faults } from './faults.ts'
import { type Answer, answerError, type Request } from './routes.ts'

/** Bytes in one write; a longer body is compressed for a client that can read it, as the real server does. */
const SLAB = 128 * 1024

export interface ServerOptions {
  faults: Faults
  /** Boundless without it, but for the machine. */
  capacity?: Capacity | undefined
  answer: (request: Request) => Answer
  /** Serves HTTPS with this certificate and its key, in PEM. */
  tls?: { cert: string; key: string }
}

/** To whom there is no seat, in the real server's words. */
const TOO_MANY: Fault & { status: number } = {
  status: 429,
  headers: { 'retry-after': String(RETRY_AFTER_S) },
  body: 'Too many requests, please try again later.\n',
}

/** An HTTP server on a free port of 127.0.0.1. */
export async function listen(options: ServerOptions): Promise<Server> {
  const onRequest = (incoming: IncomingMessage, response: ServerResponse) => {
    serve(options, incoming, response).catch(error => response.destroy(error as Error))
  }
  const server = options.tls ? createTlsServer(options.tls, onRequest) : createServer(onRequest)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

export const addressOf = (server: Server): string => `127.0.0.1:${(server.address() as AddressInfo).port}`

async function serve(
  { faults, capacity, answer }: ServerOptions,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(incoming)
  const { method = 'GET', url = '/', headers } = incoming
  const fault = faults({ method, path: url, headers })
  if (fault?.delayMs !== undefined) await new Promise(resolve => setTimeout(resolve, fault.delayMs))
  if (fault?.status !== undefined) return send(incoming, response, refusal(fault, fault.status), fault)
  if (capacity && !(await capacity.serve(headers.authorization ?? '')))
    return send(incoming, response, refusal(TOO_MANY, TOO_MANY.status))
  return send(
    incoming,
    response,
    answerError(() => answer(toRequest(method, url, headers, body))),
    fault,
  )
}

function toRequest(method: string, url: string, headers: IncomingMessage['headers'], body: string): Request {
  const { pathname, searchParams } = new URL(url, 'http://cluster')
  return { method, path: pathname, query: searchParams, headers, body }
}

const refusal = (fault: Fault, status: number): Answer => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8', ...fault.headers },
  body: [Buffer.from(fault.body ?? '')],
})

async function send(incoming: IncomingMessage, response: ServerResponse, answer: Answer, fault?: Fault): Promise<void> {
  const pieces = slabs(answer.body)
  const [first, second] = [pieces.next(), pieces.next()]
  const whole = second.done === true
  const zip = !whole && fault?.cutAfterBytes === undefined && canUnzip(incoming)
  response.writeHead(answer.status, {
    'cache-control': 'no-cache, private',
    ...answer.headers,
    ...fault?.headers,
    ...(whole && { 'content-length': first.done ? 0 : first.value.length }),
    ...(zip && { 'content-encoding': 'gzip', vary: 'Accept-Encoding' }),
  })
  const body = (function* () {
    if (!first.done) yield first.value
    if (!second.done) yield second.value
    yield* pieces
  })()
  if (fault?.cutAfterBytes !== undefined) return cutOff(response, body, fault.cutAfterBytes)
  const source = Readable.from(body, { objectMode: false })
  if (zip) await pipeline(source, createGzip({ level: 1 }), response)
  else await pipeline(source, response)
}

/** Sends so many bytes and breaks the connection off once they are on their way. */
async function cutOff(response: ServerResponse, body: Iterable<Buffer>, bytes: number): Promise<void> {
  let left = bytes
  for (const chunk of body) {
    const part = chunk.subarray(0, left)
    left -= part.length
    await new Promise(resolve => response.write(part, resolve))
    if (left === 0) break
  }
  response.destroy()
}

const canUnzip = (incoming: IncomingMessage) => /\bgzip\b/.test(String(incoming.headers['accept-encoding'] ?? ''))

/** Small pieces joined to some that are worth a write. */
function* slabs(pieces: Iterable<Buffer>): Generator<Buffer> {
  let held: Buffer[] = []
  let size = 0
  for (const piece of pieces) {
    held.push(piece)
    size += piece.length
    if (size < SLAB) continue
    yield Buffer.concat(held)
    held = []
    size = 0
  }
  if (size > 0) yield Buffer.concat(held)
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}
