import { createSecureContext } from 'node:tls'
import { Agent, type Dispatcher, ProxyAgent } from 'undici'
import type { Identity } from '../credentials/types.ts'
import type { Endpoint } from './endpoint.ts'

const TIMEOUTS = {
  /** An API server ends its own requests after 60 s. */
  headersTimeout: 65_000,
  /** Between two chunks. */
  bodyTimeout: 60_000,
}
const CONNECT_TIMEOUT_MS = 10_000

/**
 * Connections to one API server as one identity. HTTP/1.1: one request in flight per connection, because lists in several
 * HTTP/2 streams share one TCP window and one TLS thread.
 */
export function createDispatcher(endpoint: Endpoint, identity: Identity): Dispatcher {
  const tls = {
    // Made once: each of its own would read all certificates again for each connection.
    secureContext: createSecureContext({
      ...(endpoint.ca !== undefined && { ca: endpoint.ca }),
      ...(identity.cert !== undefined && { cert: identity.cert }),
      ...(identity.key !== undefined && { key: identity.key }),
    }),
    ...(endpoint.tlsServerName !== undefined && { servername: endpoint.tlsServerName }),
    ...(endpoint.insecureSkipTlsVerify && { rejectUnauthorized: false }),
  }
  const common = {
    ...TIMEOUTS,
    allowH2: false,
    pipelining: 1,
    keepAliveTimeout: 30_000,
    connectTimeout: CONNECT_TIMEOUT_MS,
  }
  if (endpoint.proxyUrl !== undefined) {
    return new ProxyAgent({ ...common, uri: endpoint.proxyUrl, requestTls: tls })
  }
  // Keep-alive probes every 30 s, before load balancers forget an idle connection.
  const connect = { ...tls, timeout: CONNECT_TIMEOUT_MS, allowH2: false, keepAliveInitialDelay: 30_000 }
  return new Agent({ ...common, connect })
}
