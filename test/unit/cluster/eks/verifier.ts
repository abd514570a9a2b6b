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

export interface KnownKey {
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string
}

/**
 * What a cluster's authenticator and STS behind it do with a token: the authenticator's refusals, then the signature,
 * computed anew from AWS' description of Signature Version 4. Answers why the token is refused, or `ok`.
 */
export function verify(token: string, cluster: string, region: string, key: KnownKey, now: Date): string {
  if (token.length > 4096) return 'too long'
  if (!token.startsWith('k8s-aws-v1.')) return 'no prefix'
  if (/[=+/]/.test(token.slice(11))) return 'not base64url without padding'
  const url = new URL(Buffer.from(token.slice(11), 'base64url').toString())
  if (url.protocol !== 'https:') return 'not https'
  if (url.host !== `sts.${region}.amazonaws.com`) return `host ${url.host}`
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
  const expires = Number(query.get('x-amz-expires'))
  if (!(expires >= 0 && expires <= 900)) return 'expires'
  const stamp = query.get('x-amz-date') ?? ''
  const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(stamp) ?? []
  const age = now.getTime() - Date.parse(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`)
  if (!(age < 15 * 60_000)) return 'expired'
  if (query.get('x-amz-security-token') !== key.sessionToken) return 'session token'
  return signature(url, cluster, region, key, stamp) === query.get('x-amz-signature') ? 'ok' : 'signature'
}

function signature(url: URL, cluster: string, region: string, key: KnownKey, stamp: string): string {
  const scope = `${stamp.slice(0, 8)}/${region}/sts/aws4_request`
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
