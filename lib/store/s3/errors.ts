import { LateenError, messageOf } from '../../velero/errors.ts'
import { ObjectNotFoundError, PreconditionFailedError, StoreError, UploadNotFoundError } from '../types.ts'

/** What an error is about. */
export interface Place {
  bucket: string
  /** For people: the endpoint's URL, or `AWS`. */
  server: string
}

interface Advice {
  problem: (place: Place) => string
  next: string
}

const bucketAt = ({ bucket, server }: Place) => `the bucket ${JSON.stringify(bucket)} at ${server}`

const S3_URL = 'the S3 URL (--s3-url, or spec.config.s3Url of the storage location)'

const credentialsNext =
  'Check the keys: the credentials file and profile of the location, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.'

const accessDenied: Advice = {
  problem: place => `access to ${bucketAt(place)} is denied`,
  next: 'Allow s3:ListBucket, GetObject, PutObject, DeleteObject, AbortMultipartUpload and ListBucketMultipartUploads there.',
}
const badKey: Advice = {
  problem: ({ server }) => `${server} does not know the access key, or its secret is wrong`,
  next: credentialsNext,
}
const expired: Advice = {
  problem: ({ server }) => `the credentials for ${server} have expired`,
  next: 'Renew the session, for instance with: aws sso login',
}
const noCredentials: Advice = {
  problem: ({ server }) => `there are no credentials for ${server}`,
  next: credentialsNext,
}
const elsewhere: Advice = {
  problem: place => `${bucketAt(place)} lies in another region`,
  next: 'Give the region of the bucket (--region, or spec.config.region of the storage location), or none for AWS.',
}
const unreachable: Advice = {
  problem: ({ server }) => `${server} can't be reached`,
  next: `Check ${S3_URL}, and the network between here and there.`,
}
const unknownHost: Advice = {
  problem: ({ server }) => `the host name of ${server} can't be resolved`,
  next: `Check ${S3_URL}, and DNS.`,
}
const untrusted: Advice = {
  problem: ({ server }) => `the certificate of ${server} is not trusted`,
  next: "Give its CA's certificate: a PEM file as --cacert, or PEM in base64 as spec.objectStorage.caCert of the storage location.",
}
const noTls: Advice = {
  problem: ({ server }) => `${server} does not speak TLS`,
  next: `Check whether ${S3_URL} should begin with http:// instead of https://.`,
}
const noS3: Advice = {
  problem: ({ server }) => `what answers at ${server} is not an S3 API`,
  next: `Check ${S3_URL}: servers often have another port for their web pages.`,
}
const busy: Advice = {
  problem: place => `${bucketAt(place)} takes no more requests at the moment`,
  next: 'Try again later; fewer jobs at the same time help, too.',
}

/** By S3's error code, or the code of a failed system or TLS call. */
const advice: Record<string, Advice> = {
  AccessDenied: accessDenied,
  Forbidden: accessDenied,
  AllAccessDisabled: accessDenied,
  AccountProblem: accessDenied,
  InvalidAccessKeyId: badKey,
  SignatureDoesNotMatch: badKey,
  ExpiredToken: expired,
  InvalidToken: expired,
  TokenRefreshRequired: expired,
  CredentialsProviderError: noCredentials,
  AuthorizationHeaderMalformed: elsewhere,
  PermanentRedirect: elsewhere,
  IllegalLocationConstraintException: elsewhere,
  NoSuchBucket: {
    problem: place => `${bucketAt(place)} does not exist`,
    next: 'Create it, or correct its name (--bucket, or spec.objectStorage.bucket of the storage location).',
  },
  RequestTimeTooSkewed: {
    problem: ({ server }) => `the clock here and that of ${server} differ by more than 15 minutes`,
    next: 'Set the clock of this machine.',
  },
  SlowDown: busy,
  ServiceUnavailable: busy,
  SlowDownRead: busy,
  SlowDownWrite: busy,
  ECONNREFUSED: unreachable,
  ECONNRESET: unreachable,
  EHOSTUNREACH: unreachable,
  ENETUNREACH: unreachable,
  ETIMEDOUT: unreachable,
  EPIPE: unreachable,
  TimeoutError: unreachable,
  ENOTFOUND: unknownHost,
  EAI_AGAIN: unknownHost,
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  UNABLE_TO_GET_ISSUER_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  CERT_HAS_EXPIRED: {
    problem: ({ server }) => `the certificate of ${server} has expired`,
    next: 'Renew it on the server.',
  },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    problem: ({ server }) => `the certificate of ${server} is for another host name`,
    next: `Use a name that the certificate holds in ${S3_URL}.`,
  },
  EPROTO: noTls,
  ERR_SSL_WRONG_VERSION_NUMBER: noTls,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: noTls,
}

/** The code, HTTP status and number of tries of whatever the SDK threw. */
export function factsOf(error: unknown): { code: string; status: number | undefined; attempts: number } {
  const { name, code, Code, $metadata } = error as {
    name?: string
    code?: string
    Code?: string
    $metadata?: { httpStatusCode?: number; attempts?: number }
  }
  // System and TLS failures carry `code`; S3's answers are named by their code, but a HEAD has no body to tell one.
  const status = $metadata?.httpStatusCode
  const named = code ?? Code ?? name ?? 'Unknown'
  return { code: named, status, attempts: $metadata?.attempts ?? 1 }
}

const byStatus: Record<number, string> = {
  301: 'PermanentRedirect',
  403: 'AccessDenied',
  409: 'ConditionalRequestConflict',
  412: 'PreconditionFailed',
  503: 'ServiceUnavailable',
}

/** One sentence for any failure of a request; `key` is the object concerned, `what` what was tried: `write "a/b"`. */
export function storeError(error: unknown, place: Place, what: string, key?: string): unknown {
  if (error instanceof LateenError) return error
  const facts = factsOf(error)
  const code = ['UnknownError', 'Unknown', 'Error'].includes(facts.code)
    ? (byStatus[facts.status ?? 0] ?? facts.code)
    : facts.code
  if (key !== undefined) {
    if (code === 'PreconditionFailed') return new PreconditionFailedError(key, error)
    if (code === 'NoSuchUpload') return new UploadNotFoundError(key, error)
    if (code === 'NoSuchKey') return new ObjectNotFoundError(key, error)
  }
  if (error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError) {
    if (facts.status === undefined && facts.code === (error as Error).name) return error
  }
  const known = adviceFor(error, code, what)
  const problem = known?.problem(place) ?? `${bucketAt(place)} answers ${code}: ${messageOf(error)}`
  return new StoreError(
    // The SDK says where it looked.
    `can't ${what}: ${known === noCredentials ? `${problem}: ${messageOf(error)}` : problem}`,
    {
      code,
      ...(known && { next: known.next }),
      cause: error,
    },
  )
}

function adviceFor(error: unknown, code: string, what: string): Advice | undefined {
  if (code === 'NotFound' && what.startsWith('list')) return advice.NoSuchBucket
  // Of Node's HTTP parser, and of the SDK where an answer is not the XML that it should be.
  const garbled = code.startsWith('HPE_') || messageOf(error).includes('Deserialization error')
  return advice[code] ?? (garbled ? noS3 : undefined)
}
