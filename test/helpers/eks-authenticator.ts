import { createHash, createHmac } from 'node:crypto'

const QUERY_KEYS = [
  'action',
  'version',
  'x-amz-algorithm',
  'x-amz-credential',
  'x-amz-date',
  'x-amz-expires',
  'x-amz-security-token',
  'x-amz-signature',
  'x-amz-signedheaders',
]

/** Of the commercial partition. */
const STS_HOST = /^sts(\.[a-z]{2}-[a-z]+-\d)?\.amazonaws\.com$/

export interface KnownKey {
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string
  /** Of a session's. */
  expiration?: Date
}

/**
 * What a cluster's authenticator and STS behind it do with a token: the authenticator's refusals, one by one, then those of STS,
 * with the signature computed anew from AWS' description of Signature Version 4. Answers why the token is refused, or `ok`.
 */
export function verify(token: string, cluster: string, keys: KnownKey | readonly KnownKey[], now: Date): string {
  if (token.length > 4096) return 'too long'
  if (!token.startsWith('k8s-aws-v1.')) return 'no prefix'
  if (!/^[\w-]*$/.test(token.slice(11))) return 'not base64url without padding'
  const text = Buffer.from(token.slice(11), 'base64url').toString()
  if (!URL.canParse(text)) return 'no URL'
  const url = new URL(text)
  if (url.protocol !== 'https:') return 'not https'
  if (!STS_HOST.test(url.host)) return `host ${url.host}`
  if (url.pathname !== '/') return 'path'
  const query = new Map<string, string>()
  for (const [name, value] of url.searchParams) {
    const low = name.toLowerCase()
    if (!QUERY_KEYS.includes(low)) return `query key ${name}`
    if (query.has(low)) return `repeated ${name}`
    query.set(low, value)
  }
  if (query.get('action') !== 'GetCallerIdentity') return 'action'
  if (!query.get('x-amz-signedheaders')?.split(';').includes('x-k8s-aws-id')) return 'x-k8s-aws-id not signed'
  const expires = query.get('x-amz-expires') ?? ''
  if (!/^\d+$/.test(expires) || Number(expires) > 900) return 'expires'
  const stamp = query.get('x-amz-date') ?? ''
  const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(stamp) ?? []
  const age = now.getTime() - Date.parse(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`)
  if (!(age < 15 * 60_000)) return 'expired'
  return askSts(url, query, cluster, [keys].flat(), stamp, now)
}

function askSts(
  url: URL,
  query: ReadonlyMap<string, string>,
  cluster: string,
  keys: readonly KnownKey[],
  stamp: string,
  now: Date,
): string {
  const [id = '', ...scope] = query.get('x-amz-credential')?.split('/') ?? []
  const [, region = ''] = scope
  if (scope.join('/') !== `${stamp.slice(0, 8)}/${region}/sts/aws4_request`) return 'scope'
  if (url.host !== 'sts.amazonaws.com' && url.host !== `sts.${region}.amazonaws.com`) return 'scope of another region'
  const key = keys.find(({ accessKeyId }) => accessKeyId === id)
  if (key === undefined) return 'unknown key'
  if (query.get('x-amz-security-token') !== key.sessionToken) return 'session token'
  if (key.expiration !== undefined && now >= key.expiration) return 'session ended'
  return signature(url, cluster, scope.join('/'), key, stamp) === query.get('x-amz-signature') ? 'ok' : 'signature'
}

function signature(url: URL, cluster: string, scope: string, key: KnownKey, stamp: string): string {
  const canonicalQuery = [...url.searchParams]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .sort()
    .join('&')
  const headers = `host:${url.host}\nx-k8s-aws-id:${cluster}\n`
  const hash = (text: string) => createHash('sha256').update(text).digest('hex')
  const request = ['GET', '/', canonicalQuery, headers, 'host;x-k8s-aws-id', hash('')].join('\n')
  const hmac = (secret: string | Buffer, text: string) => createHmac('sha256', secret).update(text).digest()
  const secret = scope.split('/').reduce<string | Buffer>((by, part) => hmac(by, part), `AWS4${key.secretAccessKey}`)
  return hmac(secret, ['AWS4-HMAC-SHA256', stamp, scope, hash(request)].join('\n')).toString('hex')
}
