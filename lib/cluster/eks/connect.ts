import { renewing } from '../credentials/renewing.ts'
import type { Credentials } from '../credentials/types.ts'
import type { Endpoint } from '../http/endpoint.ts'
import { describeCluster, type EksRequest } from './describe.ts'
import { eksToken } from './token.ts'

/** Of a token's 15 minutes, as AWS' own makers of tokens count it, less the time that requests wait and clocks differ. */
const TOKEN_LIFE_MS = 13.5 * 60_000

/** The way to an EKS cluster by IAM: its address from EKS, its tokens made here. */
export async function connectEks(asked: EksRequest): Promise<{ endpoint: Endpoint; credentials: Credentials }> {
  const { cluster, region, clock } = asked
  const endpoint = await describeCluster(asked)
  const credentials = renewing(async () => {
    const now = clock.now()
    const signers = await asked.credentials()
    const authorization = `Bearer ${await eksToken(cluster, region, signers, new Date(now))}`
    const sessionEnd = signers.expiration?.getTime() ?? Number.POSITIVE_INFINITY
    return { identity: { headers: { authorization } }, expiresAt: Math.min(now + TOKEN_LIFE_MS, sessionEnd) }
  }, clock)
  return { endpoint, credentials }
}
