import { Agent, request } from 'undici'
import * as z from 'zod'
import { LateenError, messageOf } from '../../velero/errors.ts'
import type { Clock } from '../clock.ts'
import { readText } from '../http/api-failure.ts'
import type { Issued } from './renewing.ts'

/** An id-token has ended and no other could be had. */
export class OidcError extends LateenError {}

const TIMEOUTS = { headersTimeout: 20_000, bodyTimeout: 20_000 }

const discovery = z.object({ token_endpoint: z.url() })
const granted = z.object({ id_token: z.string(), refresh_token: z.string().optional() })
const claims = z.object({ exp: z.number() })

/**
 * The id-token of a user with the `oidc` auth-provider, renewed with its refresh-token when it has ended (OpenID Connect
 * Core, section 12). `config` is the provider's in the kubeconfig; what an issuer gives anew is kept in memory only.
 * `ca` is the issuer's, where it is a private one.
 */
export function oidcTokens(
  user: string,
  config: Record<string, string>,
  ca: Buffer | undefined,
  clock: Clock,
): () => Promise<Issued> {
  let idToken = config['id-token']
  let refreshToken = config['refresh-token']
  return async () => {
    const end = endOf(idToken)
    if (idToken === undefined || end <= clock.now()) {
      try {
        const answer = await refresh(config, refreshToken, ca)
        idToken = answer.id_token
        refreshToken = answer.refresh_token ?? refreshToken
      } catch (error) {
        throw new OidcError(`the id-token of user "${user}" has ended and can't be renewed: ${messageOf(error)}`, {
          next: 'Log in again with the tool that wrote the kubeconfig.',
          cause: error,
        })
      }
    }
    return { identity: { headers: { authorization: `Bearer ${idToken}` } }, expiresAt: endOf(idToken) }
  }
}

/** When a JWT ends, in ms; 0 for what is none. The server checks the rest of it. */
function endOf(token: string | undefined): number {
  try {
    const payload = Buffer.from(token?.split('.')[1] ?? '', 'base64url').toString('utf8')
    return claims.parse(JSON.parse(payload)).exp * 1000
  } catch {
    // No JWT, so it counts as ended.
    return 0
  }
}

async function refresh(config: Record<string, string>, refreshToken: string | undefined, ca: Buffer | undefined) {
  const { 'idp-issuer-url': issuer, 'client-id': id, 'client-secret': secret } = config
  if (!issuer || !id || !refreshToken) throw new Error('idp-issuer-url, client-id or refresh-token is missing')
  const dispatcher = new Agent({ ...TIMEOUTS, connect: { timeout: 10_000, ...(ca !== undefined && { ca }) } })
  try {
    const known = await send(`${issuer.replace(/\/+$/, '')}/.well-known/openid-configuration`, { dispatcher })
    const endpoint = discovery.parse(JSON.parse(known.text)).token_endpoint
    const grant = { grant_type: 'refresh_token', refresh_token: refreshToken }
    const post = (fields: Record<string, string>, authorization?: string) =>
      send(endpoint, {
        dispatcher,
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...(authorization && { authorization }) },
        body: new URLSearchParams(fields).toString(),
      })
    // RFC 6749, 2.3.1: every server takes the client's password as HTTP Basic; some take it in the body only.
    const basic = Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret ?? '')}`).toString('base64')
    let answer = secret ? await post(grant, `Basic ${basic}`) : await post({ ...grant, client_id: id })
    if (secret && answer.status >= 400) answer = await post({ ...grant, client_id: id, client_secret: secret })
    if (answer.status !== 200) throw new Error(`${endpoint} answered ${answer.status}: ${answer.text.slice(0, 300)}`)
    return granted.parse(JSON.parse(answer.text))
  } finally {
    await dispatcher.close()
  }
}

async function send(url: string, options: Parameters<typeof request>[1]): Promise<{ status: number; text: string }> {
  const answer = await request(url, options)
  return { status: answer.statusCode, text: await readText(answer.body) }
}
