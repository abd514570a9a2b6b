import { access, readFile } from 'node:fs/promises'
import { isIPv6 } from 'node:net'
import { join } from 'node:path'
import type { Clock } from './clock.ts'
import { renewing } from './credentials/renewing.ts'
import type { Credentials } from './credentials/types.ts'
import { FILE_LIFE_MS } from './credentials/user.ts'
import type { Endpoint } from './http/endpoint.ts'

/** Where a pod finds its service account. */
export const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount'

/** The way to the API server from inside a pod; undefined anywhere else. Its token is bound and rotates: it is read again every minute. */
export async function inCluster(
  env: NodeJS.ProcessEnv,
  folder: string,
  clock: Clock,
): Promise<{ endpoint: Endpoint; credentials: Credentials } | undefined> {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = env
  const token = join(folder, 'token')
  const exists = await access(token).then(
    () => true,
    () => false,
  )
  if (!host || !port || !exists) return undefined
  const endpoint = {
    server: `https://${isIPv6(host) ? `[${host}]` : host}:${port}`,
    ca: await readFile(join(folder, 'ca.crt')),
  }
  const credentials = renewing(async () => {
    const authorization = `Bearer ${(await readFile(token, 'utf8')).trim()}`
    return { identity: { headers: { authorization } }, expiresAt: clock.now() + FILE_LIFE_MS }
  }, clock)
  return { endpoint, credentials }
}
