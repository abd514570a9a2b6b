import { readFile } from 'node:fs/promises'
import { messageOf } from '../../velero/errors.ts'
import type { Clock } from '../clock.ts'
import { ClusterConfigError } from '../kubeconfig/errors.ts'
import type { KubeconfigUser } from '../kubeconfig/schema.ts'
import type { Selected } from '../kubeconfig/select.ts'
import { runExecPlugin } from './exec.ts'
import { oidcTokens } from './oidc.ts'
import { type Issued, renewing } from './renewing.ts'
import type { Credentials, Identity } from './types.ts'

/** Tokens and certificates in files rotate: client-go, too, reads them again every minute. */
export const FILE_LIFE_MS = 60_000

/** The credentials of a kubeconfig's user, of every kind that kubectl knows but the removed cloud-specific ones. */
export function userCredentials(selected: Selected, env: NodeJS.ProcessEnv, clock: Clock): Credentials {
  const { user, userName } = selected
  const provider = user['auth-provider']
  if (provider !== undefined && provider.name !== 'oidc') {
    throw new ClusterConfigError(
      `auth-provider "${provider.name}" of user "${userName}" is not supported`,
      'Use an exec plugin instead (gke-gcloud-auth-plugin, kubelogin): kubectl has removed this provider, too.',
    )
  }
  const issue = issuer(selected, env, clock)
  return renewing(async (): Promise<Issued> => {
    const { identity: own, expiresAt: ownEnd } = await ownIdentity(user, clock)
    const { identity: issued, expiresAt: issuedEnd } = await issue()
    const headers = { ...own.headers, ...issued.headers, ...impersonation(user) }
    const ends = [ownEnd, issuedEnd].filter(end => end !== undefined)
    return { identity: { ...own, ...issued, headers }, ...(ends.length > 0 && { expiresAt: Math.min(...ends) }) }
  }, clock)
}

/** What the kubeconfig holds or points at: a certificate, a token, a password. */
async function ownIdentity(user: KubeconfigUser, clock: Clock): Promise<Issued> {
  // As in client-go: the file wins for tokens, the data for certificates.
  const token = (await read('tokenFile', user.tokenFile))?.toString('utf8').trim() ?? user.token
  const cert = data(user['client-certificate-data']) ?? (await read('client-certificate', user['client-certificate']))
  const key = data(user['client-key-data']) ?? (await read('client-key', user['client-key']))
  const basic = Buffer.from(`${user.username ?? ''}:${user.password ?? ''}`).toString('base64')
  const identity: Identity = {
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(token === undefined && user.username !== undefined && { authorization: `Basic ${basic}` }),
    },
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  }
  const fromFile = user.tokenFile ?? user['client-certificate'] ?? user['client-key']
  return { identity, ...(fromFile !== undefined && { expiresAt: clock.now() + FILE_LIFE_MS }) }
}

/** What a plugin or an identity provider gives. */
function issuer(selected: Selected, env: NodeJS.ProcessEnv, clock: Clock): () => Promise<Issued> {
  const { user, userName } = selected
  const { exec, 'auth-provider': provider } = user
  if (exec !== undefined) return () => runExecPlugin(exec, selected, env)
  if (provider === undefined) return async () => ({ identity: { headers: {} } })
  let tokens: (() => Promise<Issued>) | undefined
  return async () => {
    tokens ??= oidcTokens(userName, provider.config, await authority(provider.config), clock)
    return tokens()
  }
}

async function authority(config: Record<string, string>): Promise<Buffer | undefined> {
  return (
    data(config['idp-certificate-authority-data']) ??
    read('idp-certificate-authority', config['idp-certificate-authority'])
  )
}

// https://kubernetes.io/docs/reference/access-authn-authz/user-impersonation/
function impersonation(user: KubeconfigUser): Record<string, string | string[]> {
  const extra = Object.entries(user['as-user-extra']).map(([key, values]) => [
    `impersonate-extra-${encodeURIComponent(key.toLowerCase())}`,
    values,
  ])
  return {
    ...(user.as !== undefined && { 'impersonate-user': user.as }),
    ...(user['as-uid'] !== undefined && { 'impersonate-uid': user['as-uid'] }),
    ...(user['as-groups'].length > 0 && { 'impersonate-group': user['as-groups'] }),
    ...Object.fromEntries(extra),
  }
}

function data(base64: string | undefined): Buffer | undefined {
  return base64 === undefined ? undefined : Buffer.from(base64, 'base64')
}

/** Reads a file that a field of the kubeconfig names. */
export async function read(field: string, path: string | undefined): Promise<Buffer | undefined> {
  if (path === undefined) return undefined
  return readFile(path).catch(error => {
    throw new ClusterConfigError(
      `${field}: ${messageOf(error)}`,
      `Correct ${field} in the kubeconfig, or make the file readable.`,
      error,
    )
  })
}
