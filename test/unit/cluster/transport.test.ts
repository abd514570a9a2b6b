import { once } from 'node:events'
import http from 'node:http'
import net, { type AddressInfo } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { expect, test } from 'vitest'
import { fixed } from '../../../lib/cluster/credentials/renewing.ts'
import type { Credentials, Identity } from '../../../lib/cluster/credentials/types.ts'
import { FlowControl } from '../../../lib/cluster/flow.ts'
import type { Endpoint } from '../../../lib/cluster/http/endpoint.ts'
import { readBody } from '../../../lib/cluster/http/read.ts'
import { createTransport } from '../../../lib/cluster/transport.ts'
import { ApiError, ConnectionError, type Transport } from '../../../lib/cluster/types.ts'
import { fakeApi, fixture, json } from './fake-api.ts'
import { fakeClock } from './fake-clock.ts'

function open(endpoint: Endpoint, credentials: Credentials = fixed({ headers: {} })) {
  const clock = fakeClock({ skip: true })
  const flow = new FlowControl(16, clock)
  const transport = createTransport({ endpoint, credentials, flow, clock, random: () => 1 })
  return { clock, flow, transport, [Symbol.asyncDispose]: () => transport.close() }
}

const get = async (transport: Transport, path = '/version') =>
  (await readBody(await transport.request({ method: 'GET', path }))).toString()

test('sends the identity, and answers the bytes as they came', async () => {
  const text = '{"a": 9007199254740993,\n "b":1e400}'
  await using api = await fakeApi((request, response) => {
    expect(request.headers).toMatchObject({
      authorization: 'Bearer t',
      accept: 'application/json',
      'user-agent': 'lateen',
    })
    response.end(text)
  })
  await using at = open({ server: `${api.url}/clusters/a` }, fixed({ headers: { authorization: 'Bearer t' } }))
  expect(await get(at.transport, '/api/v1/pods?limit=500')).toBe(text)
  expect(api.requests).toEqual(['GET /clusters/a/api/v1/pods?limit=500'])
})

test('sends a body with its type', async () => {
  await using api = await fakeApi(async (request, response) => {
    json(response, { type: request.headers['content-type'], body: String(await request.toArray()) }, 201)
  })
  await using at = open({ server: api.url })
  const response = await at.transport.request({
    method: 'PATCH',
    path: '/x',
    body: '{}',
    contentType: 'application/merge-patch+json',
  })
  expect(response.status).toBe(201)
  expect(JSON.parse((await readBody(response)).toString())).toEqual({
    type: 'application/merge-patch+json',
    body: '{}',
  })
})

test("an answer other than 2xx is thrown with the server's own words, reason and details", async () => {
  const status = {
    kind: 'Status',
    message: 'pods "a" not found',
    reason: 'NotFound',
    details: { name: 'a' },
    code: 404,
  }
  await using api = await fakeApi((_request, response) => json(response, status, 404))
  await using at = open({ server: api.url })
  const error = await get(at.transport).catch(error => error)
  expect(error).toBeInstanceOf(ApiError)
  expect(error).toMatchObject({ message: 'pods "a" not found', status: 404, reason: 'NotFound', body: status })
  expect(at.flow.inFlight).toBe(0)
})

test('an answer in plain text is quoted with the request that it came to', async () => {
  await using api = await fakeApi((_request, response) => response.writeHead(404).end('404 page not found\n'))
  await using at = open({ server: api.url })
  const error = await get(at.transport, '/apis/x/v1?a=b').catch(error => error)
  expect(error).toMatchObject({ reason: 'NotFound', message: 'GET /apis/x/v1 was answered 404: 404 page not found' })
})

test('403 tells what to grant', async () => {
  await using api = await fakeApi((_request, response) =>
    json(response, { kind: 'Status', message: 'no', reason: 'Forbidden' }, 403),
  )
  await using at = open({ server: api.url })
  await expect(get(at.transport)).rejects.toMatchObject({
    reason: 'Forbidden',
    next: expect.stringContaining('ClusterRole'),
  })
})

test('403 to nobody in particular tells to check the credentials', async () => {
  const message = 'forbidden: User "system:anonymous" cannot get path "/apis"'
  await using api = await fakeApi((_request, response) => json(response, { kind: 'Status', message }, 403))
  await using at = open({ server: api.url })
  await expect(get(at.transport)).rejects.toMatchObject({
    message,
    next: expect.stringContaining('Check the credentials'),
  })
})

test('waits as long as Retry-After asks, also before creating something, and sends less from then on', async () => {
  await using api = await fakeApi((_request, response, nth) =>
    nth === 1 ? json(response, { kind: 'Status' }, 429, { 'retry-after': '2' }) : json(response, {}, 201),
  )
  await using at = open({ server: api.url })
  await readBody(await at.transport.request({ method: 'POST', path: '/x', body: '{}' }))
  expect(at.clock.slept).toEqual([2000])
  expect(at.flow.limit).toBe(2)
})

test('a GET whose connection breaks off is sent again; a POST is not', async () => {
  await using api = await fakeApi((request, response, nth) => {
    if (nth % 2 === 0 || request.url === '/well') response.end('{}')
    else request.socket.destroy()
  })
  await using at = open({ server: api.url })
  expect(await get(at.transport)).toBe('{}')
  const error = await at.transport.request({ method: 'POST', path: '/x', body: '{}' }).catch(error => error)
  expect(error).toBeInstanceOf(ConnectionError)
  expect(error.message).toBe(`cannot reach the API server ${api.url}: the connection broke off`)
  expect(api.requests).toHaveLength(3)
  expect(at.flow.inFlight).toBe(0)
})

test('gives up after ten tries with the last error', async () => {
  await using api = await fakeApi((_request, response) => json(response, { kind: 'Status', message: 'busy' }, 429))
  await using at = open({ server: api.url })
  await expect(get(at.transport)).rejects.toMatchObject({ status: 429, message: 'busy' })
  expect(api.requests.length).toBeGreaterThan(5)
  expect(api.requests.length).toBeLessThanOrEqual(10)
})

test('an aborted request ends with the reason of its signal, also while it waits for another try', async () => {
  await using api = await fakeApi((_request, response) => json(response, {}, 429, { 'retry-after': '30' }))
  const clock = fakeClock()
  const flow = new FlowControl(16, clock)
  const transport = createTransport({
    endpoint: { server: api.url },
    credentials: fixed({ headers: {} }),
    flow,
    clock,
    random: () => 1,
  })
  const stop = new AbortController()
  const waiting = transport.request({ method: 'GET', path: '/x', signal: stop.signal })
  const watched = expect(waiting).rejects.toThrow('deadline')
  await expect.poll(() => clock.slept).not.toEqual([])
  stop.abort(new Error('deadline'))
  await watched
  await transport.close()
})

test('a body that breaks off throws a ConnectionError where it is read, and gives its place back', async () => {
  await using api = await fakeApi((_request, response) => {
    response.writeHead(200, { 'content-length': '1000' }).write('{"items":[')
    setImmediate(() => response.destroy())
  })
  await using at = open({ server: api.url })
  const response = await at.transport.request({ method: 'GET', path: '/x' })
  await expect(readBody(response)).rejects.toBeInstanceOf(ConnectionError)
  expect(at.flow.inFlight).toBe(0)
})

test('a place under flow control is taken until the body was read or destroyed', async () => {
  await using api = await fakeApi((_request, response) => response.end('x'.repeat(100_000)))
  await using at = open({ server: api.url })
  const read = await at.transport.request({ method: 'GET', path: '/x' })
  const left = await at.transport.request({ method: 'GET', path: '/x' })
  const dropped = await at.transport.request({ method: 'GET', path: '/x' })
  expect(at.flow.inFlight).toBe(3)
  await readBody(read)
  expect(at.flow.inFlight).toBe(2)
  for await (const _chunk of left.body) break
  expect(at.flow.inFlight).toBe(1)
  dropped.body.destroy()
  await expect.poll(() => at.flow.inFlight).toBe(0)
})

/** Credentials that have another token each time that one was refused. */
function numbered(): Credentials {
  const identity = (n: number): Identity => ({ headers: { authorization: `Bearer ${n}` } })
  let current = identity(1)
  let count = 1
  return {
    get: async () => current,
    reject(refused) {
      if (refused === current) current = identity(++count)
    },
  }
}

test('the answer to a write has arrived to its end when it is given, and its place is free', async () => {
  await using api = await fakeApi((_request, response) => {
    response.write('{"kind":')
    setImmediate(() => response.end('"Pod"}'))
  })
  await using at = open({ server: api.url })
  const response = await at.transport.request({ method: 'POST', path: '/x', body: '{}' })
  expect(at.flow.inFlight).toBe(0)
  expect((await readBody(response)).toString()).toBe('{"kind":"Pod"}')
  expect(Buffer.concat(await Array.fromAsync(response.body)).toString()).toBe('{"kind":"Pod"}')
})

test('a write whose answer breaks off is a ConnectionError, and is not sent again', async () => {
  await using api = await fakeApi((_request, response) => {
    response.writeHead(201, { 'content-length': '1000' }).write('{"kind":')
    setImmediate(() => response.destroy())
  })
  await using at = open({ server: api.url })
  const request = at.transport.request({ method: 'POST', path: '/x', body: '{}' })
  await expect(request).rejects.toBeInstanceOf(ConnectionError)
  expect(api.requests).toHaveLength(1)
  expect(at.flow.inFlight).toBe(0)
})

test('on 401 it renews the credentials once and tries again', async () => {
  await using api = await fakeApi((request, response) =>
    request.headers.authorization === 'Bearer 2'
      ? response.end('{}')
      : json(response, { kind: 'Status', message: 'Unauthorized' }, 401),
  )
  await using at = open({ server: api.url }, numbered())
  expect(await get(at.transport)).toBe('{}')
  expect(api.requests).toHaveLength(2)
})

test('a request that had to wait for its turn goes out with the credentials of then', async () => {
  await using api = await fakeApi((request, response) => response.end(request.headers.authorization))
  const credentials = numbered()
  const flow = new FlowControl(1, fakeClock({ skip: true }))
  const parts = { endpoint: { server: api.url }, credentials, flow, clock: fakeClock({ skip: true }), random: () => 1 }
  const transport = createTransport(parts)
  const before = await transport.request({ method: 'GET', path: '/before' })
  const waits = get(transport, '/after')
  await new Promise(resolve => setImmediate(resolve))
  credentials.reject(await credentials.get())
  expect((await readBody(before)).toString()).toBe('Bearer 1')
  expect(await waits).toBe('Bearer 2')
  await transport.close()
})

test('credentials that fail while a request has its turn leave its place free', async () => {
  await using api = await fakeApi((_request, response) => response.end('{}'))
  let calls = 0
  const identity: Identity = { headers: {} }
  const get = async () => {
    if (++calls === 2) throw new Error('the plugin is gone')
    return identity
  }
  await using at = open({ server: api.url }, { get, reject: () => {} })
  await expect(at.transport.request({ method: 'GET', path: '/x' })).rejects.toThrow('the plugin is gone')
  expect(at.flow.inFlight).toBe(0)
})

test('a second 401 is told, with what to check', async () => {
  await using api = await fakeApi((_request, response) =>
    json(response, { kind: 'Status', message: 'Unauthorized' }, 401),
  )
  await using at = open({ server: api.url }, numbered())
  await expect(get(at.transport)).rejects.toMatchObject({
    status: 401,
    message: 'Unauthorized',
    next: expect.stringContaining('credentials'),
  })
  expect(api.requests).toHaveLength(2)
})

test('a 401 to a token that never changes is told at once', async () => {
  await using api = await fakeApi((_request, response) => json(response, {}, 401))
  await using at = open({ server: api.url }, fixed({ headers: { authorization: 'Bearer x' } }))
  await expect(get(at.transport)).rejects.toMatchObject({ status: 401 })
  expect(api.requests).toHaveLength(1)
})

test('trusts the authority of the kubeconfig, and only that', async () => {
  await using api = await fakeApi((_request, response) => response.end('{}'), { tls: {} })
  await using trusting = open({ server: api.url, ca: fixture('server.crt') })
  expect(await get(trusting.transport)).toBe('{}')
  await using strange = open({ server: api.url, ca: fixture('client.crt') })
  await expect(get(strange.transport)).rejects.toMatchObject({
    next: expect.stringContaining('certificate-authority-data'),
  })
  await using careless = open({ server: api.url, insecureSkipTlsVerify: true })
  expect(await get(careless.transport)).toBe('{}')
})

test('a certificate that is not trusted is told at once, with the field that mends it', async () => {
  await using api = await fakeApi((_request, response) => response.end('{}'), { tls: {} })
  await using at = open({ server: api.url })
  await expect(get(at.transport)).rejects.toMatchObject({
    message: `cannot reach the API server ${api.url}: its certificate is self-signed and not trusted`,
    next: expect.stringContaining('certificate-authority-data'),
  })
  expect(at.clock.slept).toEqual([])
})

test('checks the certificate against tls-server-name', async () => {
  await using api = await fakeApi((_request, response) => response.end('{}'), { tls: {} })
  const ca = fixture('server.crt')
  await using right = open({ server: api.url, ca, tlsServerName: 'api.example.com' })
  expect(await get(right.transport)).toBe('{}')
  await using wrong = open({ server: api.url, ca, tlsServerName: 'other.example.com' })
  await expect(get(wrong.transport)).rejects.toThrow('its certificate is for another name')
})

test('shows its client certificate, and a new one as soon as the credentials have it', async () => {
  const tls = { requestCert: true, rejectUnauthorized: false }
  await using api = await fakeApi(
    (request, response) => json(response, (request.socket as TLSSocket).getPeerCertificate().subject?.CN),
    { tls },
  )
  const identities = ['client', 'client2'].map(name => ({
    headers: {},
    cert: fixture(`${name}.crt`),
    key: fixture(`${name}.key`),
  }))
  let nth = 0
  const credentials: Credentials = { get: async () => identities[nth] ?? { headers: {} }, reject: () => {} }
  await using at = open({ server: api.url, insecureSkipTlsVerify: true }, credentials)
  expect(await get(at.transport)).toBe('"alice"')
  nth = 1
  expect(await get(at.transport)).toBe('"bob"')
})

test('a server that is not there is told after one more try, not after a minute', async () => {
  const closed = await fakeApi(() => {})
  await closed[Symbol.asyncDispose]()
  await using at = open({ server: closed.url })
  const error = await get(at.transport).catch(error => error)
  expect(error).toBeInstanceOf(ConnectionError)
  expect(error).toMatchObject({
    message: `cannot reach the API server ${closed.url}: connection refused`,
    next: expect.stringContaining('the cluster is up'),
  })
  expect(at.clock.slept).toHaveLength(1)
})

test('goes through the proxy of proxy-url, and still checks the server', async () => {
  await using api = await fakeApi((_request, response) => response.end('{}'), { tls: {} })
  const tunnels: string[] = []
  const proxy = http.createServer()
  proxy.on('connect', (request, socket) => {
    tunnels.push(String(request.url))
    const there = net.connect(api.port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      there.pipe(socket).pipe(there)
    })
    there.on('error', () => socket.destroy())
    socket.on('error', () => there.destroy())
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  const proxyUrl = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
  try {
    await using at = open({ server: 'https://api.example.com:6443', ca: fixture('server.crt'), proxyUrl })
    expect(await get(at.transport)).toBe('{}')
    expect(tunnels).toEqual(['api.example.com:6443'])
    await using strange = open({ server: 'https://api.example.com:6443', proxyUrl })
    await expect(get(strange.transport)).rejects.toThrow('not trusted')
  } finally {
    proxy.closeAllConnections()
    proxy.close()
  }
})
