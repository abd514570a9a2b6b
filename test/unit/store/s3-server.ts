import { createHash } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type ServerOptions } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { openS3Store } from '../../../lib/store/s3/open.ts'
import type { S3Store } from '../../../lib/store/s3/store.ts'

export interface Request {
  method: string
  path: string
  query: URLSearchParams
  headers: IncomingHttpHeaders
  body: Buffer
}

/** `hangUp` breaks the connection: instead of an answer, or after the body. */
export interface Answer {
  status?: number
  headers?: Record<string, string>
  body?: string | Buffer
  hangUp?: true
}

export interface FakeS3 {
  url: string
  requests: Request[]
  close: () => Promise<void>
}

/** A server on the loopback interface that answers as told. */
export async function fakeS3(
  answer: (request: Request, count: number) => Answer,
  tls?: ServerOptions & { key: string; cert: string },
): Promise<FakeS3> {
  const requests: Request[] = []
  const handle: Parameters<typeof createServer>[1] = async (incoming, outgoing) => {
    const url = new URL(incoming.url ?? '/', 'http://localhost')
    const { method = '', headers } = incoming
    const request = {
      method,
      path: decodeURIComponent(url.pathname),
      query: url.searchParams,
      headers,
      body: await buffer(incoming),
    }
    requests.push(request)
    const { status = 200, headers: own = {}, body = '', hangUp } = answer(request, requests.length)
    if (hangUp && body === '') {
      incoming.socket.destroy()
      return
    }
    outgoing.writeHead(status, { 'content-length': String(Buffer.byteLength(body)), ...own })
    if (!hangUp) outgoing.end(method === 'HEAD' ? undefined : body)
    else outgoing.write(body, () => incoming.socket.destroy())
  }
  const server = tls ? createTlsServer(tls, handle) : createServer(handle)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    requests,
    close: () => {
      server.closeAllConnections()
      return new Promise(resolve => server.close(() => resolve()))
    },
  }
}

export function s3Error(status: number, code: string, headers: Record<string, string> = {}): Answer {
  const body = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>told to</Message></Error>`
  return { status, headers: { 'content-type': 'application/xml', ...headers }, body }
}

export function md5(body: string | Buffer): string {
  return createHash('md5').update(body).digest('hex')
}

/** A store at this server, with the credentials that the environment has in these tests. */
export async function openAt(url: string, config: Record<string, string> = {}, caCert?: string): Promise<S3Store> {
  return await openS3Store({
    provider: 'aws',
    objectStorage: { bucket: 'shelf', ...(caCert !== undefined && { caCert }) },
    config: { s3Url: url, region: 'us-east-1', ...config },
  })
}
