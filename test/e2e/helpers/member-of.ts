import { readFileSync } from 'node:fs'
import { mkdtemp, writeFile } from 'node:fs/promises'
import http from 'node:http'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'yaml'

export interface Member extends AsyncDisposable {
  /** The path of a kubeconfig by which one is a member of the group and of nothing else. */
  kubeconfig: string
  /** `METHOD path` of each request that was forbidden. */
  forbidden: string[]
}

/** A way to the API server as a member of one group, which keeps what was refused; the administrator impersonates him. */
export async function memberOf(group: string): Promise<Member> {
  const admin = parse(readFileSync(process.env.KUBECONFIG ?? '', 'utf8'))
  const { cluster } = admin.clusters[0]
  const { user } = admin.users[0]
  const data = (value: string | undefined) => (value === undefined ? undefined : Buffer.from(value, 'base64'))
  const agent = new https.Agent({
    keepAlive: true,
    rejectUnauthorized: cluster['insecure-skip-tls-verify'] !== true,
    ca: data(cluster['certificate-authority-data']),
    cert: data(user['client-certificate-data']),
    key: data(user['client-key-data']),
  })
  const forbidden: string[] = []
  const server = http.createServer((request, response) => {
    const headers = {
      ...request.headers,
      host: new URL(cluster.server).host,
      ...(user.token && { authorization: `Bearer ${user.token}` }),
      'impersonate-user': `member of ${group}`,
      'impersonate-group': [group, 'system:authenticated'],
    }
    const options = { method: request.method ?? 'GET', headers, agent }
    const onward = https.request(`${cluster.server}${request.url}`, options, answer => {
      if (answer.statusCode === 403) forbidden.push(`${request.method} ${request.url}`)
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    onward.on('error', () => response.destroy())
    request.pipe(onward)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const kubeconfig = join(await mkdtemp(join(tmpdir(), 'lateen-e2e-')), 'kubeconfig')
  await writeFile(
    kubeconfig,
    JSON.stringify({
      clusters: [{ name: group, cluster: { server: `http://127.0.0.1:${port}` } }],
      users: [{ name: group, user: {} }],
      contexts: [{ name: group, context: { cluster: group, user: group } }],
      'current-context': group,
    }),
  )
  return {
    kubeconfig,
    forbidden,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
      agent.destroy()
    },
  }
}
