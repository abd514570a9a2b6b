import { LateenError, messageOf } from '../../velero/errors.ts'
import type { Issued } from './renewing.ts'

/** An id-token has ended and no other could be had. */
export class OidcError extends LateenError {}

/**
 * The id-token of a user with the `oidc` auth-provider; renewed with its refresh-token when it has ended. `config` is
 * changed as an issuer that rotates refresh-tokens demands; the kubeconfig file stays as it is.
 */
export async function oidcToken(user: string, config: Record<string, string>): Promise<Issued> {
  // The client reads all models of the API when it is loaded, for a second: only those who need it wait.
  const { OpenIDConnectAuth } = await import('@kubernetes/client-node/dist/oidc_auth.js')
  const options: { headers: Record<string, string> } = { headers: {} }
  try {
    await new OpenIDConnectAuth().applyAuthentication(
      { name: user, authProvider: { name: 'oidc', config } },
      options as never,
    )
  } catch (error) {
    throw failed(user, messageOf(error), error)
  }
  const authorization = options.headers.Authorization
  if (authorization === undefined)
    throw failed(user, 'it needs id-token, and client-id, refresh-token, idp-issuer-url to renew it')
  const end = OpenIDConnectAuth.expirationFromToken(config['id-token'] ?? '')
  return { identity: { headers: { authorization } }, ...(end > 0 && { expiresAt: end * 1000 }) }
}

function failed(user: string, because: string, cause?: unknown): OidcError {
  return new OidcError(`the oidc auth-provider of user "${user}" gives no token: ${because}`, {
    next: 'Log in again with the tool that wrote the kubeconfig.',
    ...(cause !== undefined && { cause }),
  })
}
