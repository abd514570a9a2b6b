import { messageOf } from '../../velero/errors.ts'
import { ConnectionError } from '../types.ts'

interface Failure {
  says: string
  next: string
  /** Whether trying again may help. */
  passing?: boolean
  /** Whether the request can't have reached the server. */
  unsent?: boolean
}

const UNREACHABLE =
  'Check that the cluster is up and that its address can be reached from here (VPN, security group, proxy-url).'
const UNTRUSTED =
  "Set certificate-authority-data of the cluster to the authority that signed the server's certificate, or tls-server-name to the name in it."
const BAD_CLIENT_CERTIFICATE = "Check client-certificate and client-key of the kubeconfig's user: both PEM, and a pair."

// Codes of Node, OpenSSL and undici.
const FAILURES: Record<string, Failure> = {
  ECONNREFUSED: { says: 'connection refused', next: UNREACHABLE, passing: true, unsent: true },
  ENOTFOUND: { says: 'no such host', next: 'Check the server address of the cluster, and DNS.', unsent: true },
  EAI_AGAIN: { says: 'the name could not be looked up', next: 'Check DNS.', passing: true, unsent: true },
  EHOSTUNREACH: { says: 'no route to host', next: UNREACHABLE, passing: true, unsent: true },
  ENETUNREACH: { says: 'network is unreachable', next: UNREACHABLE, passing: true, unsent: true },
  ETIMEDOUT: { says: 'timed out', next: UNREACHABLE, passing: true },
  UND_ERR_CONNECT_TIMEOUT: { says: 'no connection within 10 s', next: UNREACHABLE, passing: true, unsent: true },
  UND_ERR_HEADERS_TIMEOUT: { says: 'no answer within 65 s', next: 'Check the load on the API server.', passing: true },
  UND_ERR_BODY_TIMEOUT: {
    says: 'nothing more arrived for 60 s',
    next: 'Check the load on the API server.',
    passing: true,
  },
  UND_ERR_SOCKET: { says: 'the connection broke off', next: 'Try again.', passing: true },
  ECONNRESET: { says: 'the connection broke off', next: 'Try again.', passing: true },
  EPIPE: { says: 'the connection broke off', next: 'Try again.', passing: true },
  DEPTH_ZERO_SELF_SIGNED_CERT: { says: 'its certificate is self-signed and not trusted', next: UNTRUSTED },
  SELF_SIGNED_CERT_IN_CHAIN: { says: 'its certificate is signed by an unknown authority', next: UNTRUSTED },
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: { says: 'its certificate is signed by an unknown authority', next: UNTRUSTED },
  UNABLE_TO_GET_ISSUER_CERT: { says: 'its certificate is signed by an unknown authority', next: UNTRUSTED },
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: { says: 'its certificate is signed by an unknown authority', next: UNTRUSTED },
  CERT_SIGNATURE_FAILURE: { says: 'its certificate is not signed by the given authority', next: UNTRUSTED },
  CERT_HAS_EXPIRED: {
    says: 'its certificate has expired',
    next: "Renew the server's certificate, and check the clock here.",
  },
  CERT_NOT_YET_VALID: { says: 'its certificate is not valid yet', next: 'Check the clocks here and on the server.' },
  ERR_TLS_CERT_ALTNAME_INVALID: { says: 'its certificate is for another name', next: UNTRUSTED },
  ERR_SSL_WRONG_VERSION_NUMBER: {
    says: 'it does not speak TLS',
    next: 'Check the server address: its port, and https or http.',
  },
  EPROTO: { says: 'the TLS handshake failed', next: 'Check the server address: its port, and https or http.' },
  ERR_OSSL_X509_KEY_VALUES_MISMATCH: { says: 'client certificate and key are no pair', next: BAD_CLIENT_CERTIFICATE },
  ERR_OSSL_PEM_NO_START_LINE: { says: 'a certificate or key is not PEM', next: BAD_CLIENT_CERTIFICATE },
}

/** A ConnectionError that knows whether another try is worth it. */
export class BrokenConnection extends ConnectionError {
  readonly passing: boolean
  readonly unsent: boolean
  constructor(server: string, cause: unknown) {
    const failure = failureOf(cause)
    super(`cannot reach the API server ${server}: ${failure?.says ?? messageOf(cause)}`, {
      next: failure?.next ?? UNREACHABLE,
      cause,
    })
    this.name = 'ConnectionError'
    this.passing = failure?.passing ?? false
    this.unsent = failure?.unsent ?? false
  }
}

/** Searches the causes and, where several addresses were tried, their errors. */
function failureOf(error: unknown): Failure | undefined {
  if (!(error instanceof Error)) return undefined
  const known = 'code' in error ? FAILURES[String(error.code)] : undefined
  if (known !== undefined) return known
  const inner = error instanceof AggregateError ? error.errors : [error.cause]
  return inner.map(failureOf).find(failure => failure !== undefined)
}
