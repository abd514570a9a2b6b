import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { TestClock } from './clock.ts'
import { type KnownKey, verify } from './eks-authenticator.ts'

export interface EksWorld extends AsyncDisposable {
  /** What makes the SDK and Lateen find EKS and STS here; their credentials are of the function's role. */
  env: Record<string, string>
  /** Why requests were refused, in order. */
  refused: string[]
  /** Different tokens that were good. */
  tokens: Set<string>
  /** What each AssumeRole asked for. */
  assumed: URLSearchParams[]
  /** How many requests the API server has answered. */
  readonly requests: number
  /** Ends all sessions at once, as a role's owner may. */
  revoke(): void
}

export interface EksWorldOptions {
  /** The embedded cluster behind the authenticator. */
  cluster: { url: string; token: string }
  clock: TestClock
  /** How much time each request of the API server takes. */
  requestMs: number
  /** How long an assumed role's session lives. */
  sessionMs?: number
  /** Called before each request. */
  onRequest?: (nth: number) => void
}

const FUNCTION: KnownKey = {
  accessKeyId: 'AKIDFUNCTION',
  secretAccessKey: 'function-secret',
  sessionToken: 'function-session',
}

/**
 * An EKS cluster called `prod`, in eu-central-1: its description, STS' AssumeRole, and an API server that takes a token only as
 * the authenticator of a real one does, by the test's clock.
 */
export async function openEks({
  cluster,
  clock,
  requestMs,
  sessionMs = 900_000,
  onRequest,
}: EksWorldOptions): Promise<EksWorld> {
  const [refused, tokens, assumed] = [[] as string[], new Set<string>(), [] as URLSearchParams[]]
  let keys: KnownKey[] = [FUNCTION]
  let requests = 0

  const api = await serve((request, response) => {
    onRequest?.(++requests)
    clock.advance(requestMs)
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
    const verdict = verify(token, 'prod', keys, clock.now())
    if (verdict !== 'ok') {
      refused.push(verdict)
      response.writeHead(401, { 'content-type': 'application/json' })
      response.end(
        JSON.stringify({
          kind: 'Status',
          status: 'Failure',
          message: 'Unauthorized',
          reason: 'Unauthorized',
          code: 401,
        }),
      )
      return
    }
    tokens.add(token)
    forward(cluster, request, response)
  })
  const eks = await serve((request, response) => {
    response.writeHead(request.url === '/clusters/prod' ? 200 : 404, { 'content-type': 'application/json' })
    const certificateAuthority = { data: Buffer.from('unused without TLS').toString('base64') }
    response.end(JSON.stringify({ cluster: { status: 'ACTIVE', endpoint: api.url, certificateAuthority } }))
  })
  const sts = await serve(async (request, response) => {
    assumed.push(new URLSearchParams(await text(request)))
    const nth = assumed.length
    const expiration = new Date(clock.now().getTime() + sessionMs)
    const key = {
      accessKeyId: `ASIAROLE${nth}`,
      secretAccessKey: `role-secret-${nth}`,
      sessionToken: `role-session-${nth}`,
      expiration,
    }
    keys.push(key)
    response.writeHead(200, { 'content-type': 'text/xml' })
    response.end(`<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
<AccessKeyId>${key.accessKeyId}</AccessKeyId><SecretAccessKey>${key.secretAccessKey}</SecretAccessKey>
<SessionToken>${key.sessionToken}</SessionToken><Expiration>${expiration.toISOString()}</Expiration>
</Credentials></AssumeRoleResult></AssumeRoleResponse>`)
  })
  return {
    env: {
      AWS_ENDPOINT_URL_EKS: eks.url,
      AWS_ENDPOINT_URL_STS: sts.url,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: FUNCTION.accessKeyId,
      AWS_SECRET_ACCESS_KEY: FUNCTION.secretAccessKey,
      AWS_SESSION_TOKEN: FUNCTION.sessionToken ?? '',
    },
    refused,
    tokens,
    assumed,
    get requests() {
      return requests
    },
    revoke: () => {
      keys = [FUNCTION]
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([api, eks, sts].map(server => server.close()))
    },
  }
}

function forward(cluster: EksWorldOptions['cluster'], request: IncomingMessage, response: ServerResponse): void {
  const headers = { ...request.headers, authorization: `Bearer ${cluster.token}` }
  const onward = http.request(`${cluster.url}${request.url}`, { method: request.method ?? 'GET', headers }, answer => {
    response.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(response)
  })
  onward.on('error', () => response.destroy())
  request.pipe(onward)
}

async function serve(listener: http.RequestListener) {
  const server = http.createServer(listener)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
