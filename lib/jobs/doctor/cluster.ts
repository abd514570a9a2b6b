import { whoAmI } from '../../cluster/access.ts'
import type { Connection } from '../../cluster/connect.ts'
import { discover } from '../../cluster/discovery.ts'
import { readBody } from '../../cluster/http/read.ts'
import type { DeadGroup, Transport } from '../../cluster/types.ts'
import { serverVersion } from '../../cluster/version.ts'
import type { ClusterSettings } from '../../config/types.ts'
import type { Around } from '../around.ts'
import { attempt, clockCheck, failure, ok, warning } from './checks.ts'
import { checkRights } from './rights.ts'
import type { Check, Purpose } from './types.ts'

export interface ClusterParts {
  purposes: readonly Purpose[]
  around: Pick<Around, 'connect'>
  now: () => Date
}

/** Whether a cluster can be reached, and what we may do there. Nothing in it is changed. */
export async function checkCluster(settings: ClusterSettings, parts: ClusterParts): Promise<Check[]> {
  let connection: Connection
  try {
    connection = await parts.around.connect(settings)
  } catch (error) {
    return [failure('cluster', error)]
  }
  try {
    return await lookAt(connection, parts)
  } finally {
    await connection.transport.close()
  }
}

async function lookAt(connection: Connection, { purposes, now }: ClusterParts): Promise<Check[]> {
  const { transport, name } = connection
  const reached = await attempt('cluster', async () => {
    const { gitVersion } = await serverVersion(transport)
    // Only now is the connection made, so that this one tells the way there and back.
    const { latencyMs, clock } = await ping(transport, now)
    return [ok('cluster', `${gitVersion} at ${transport.server} (${name}), answers in ${latencyMs} ms`), ...clock]
  })
  // One sentence for one cause.
  if (reached.some(({ verdict, what }) => verdict === 'problem' && what === 'cluster')) return reached
  const [known, served] = await Promise.all([
    attempt('credentials', () => checkIdentity(connection)),
    attempt('discovery', async () => {
      const discovery = await discover(transport)
      return [checkDead(discovery.dead), await checkRights(transport, discovery, purposes)].flat()
    }),
  ])
  return [...reached, ...known, ...served]
}

/** The server's Date shows whole seconds, so half a second is added. A proxy may drop it. */
async function ping(transport: Transport, now: () => Date): Promise<{ latencyMs: number; clock: Check[] }> {
  const sent = now().getTime()
  const response = await transport.request({ method: 'GET', path: '/version' })
  await readBody(response)
  const answered = now().getTime()
  const date = Date.parse(String(response.headers.date))
  const aheadMs = date + 500 - (sent + answered) / 2
  const next = 'Set the clock of this machine, or of the API server: tokens and certificates are good by the clock.'
  return {
    latencyMs: answered - sent,
    clock: Number.isNaN(date) ? [] : [clockCheck('cluster: clock', aheadMs, Number.POSITIVE_INFINITY, next)],
  }
}

async function checkIdentity({ transport, credentials }: Connection): Promise<Check> {
  const user = await whoAmI(transport)
  if (user === undefined) return ok('credentials', credentials)
  const { username, groups } = user
  if (username !== 'system:anonymous')
    return ok('credentials', `${credentials}; the API server knows us as ${username} (${groups.join(', ')})`)
  return {
    verdict: 'problem',
    what: 'credentials',
    fault: 'refused',
    detail: `${credentials}; the API server takes us for nobody (${username})`,
    next: 'Check the credentials of the kubeconfig user, or the EKS access entry.',
  }
}

function checkDead(dead: readonly DeadGroup[]): Check[] {
  if (dead.length === 0) return [ok('aggregated APIs', 'all that are announced answer')]
  return dead.map(({ apiService, message }) =>
    warning(
      'aggregated APIs',
      `${apiService} does not answer: ${message}`,
      `Its kinds are in no backup and can't be restored. Mend what serves it, or delete it: kubectl delete apiservice ${apiService}`,
    ),
  )
}
