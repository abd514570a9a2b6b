import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { connect } from '../../../lib/cluster/connect.ts'
import { serverVersion } from '../../../lib/cluster/version.ts'
import { fakeApi, fixture, json } from './fake-api.ts'
import { fakeClock } from './fake-clock.ts'

const PREFIX = 'error finding Kubernetes API server config in --kubeconfig, $KUBECONFIG, or in-cluster configuration: '

const version = { major: '1', minor: '36', gitVersion: 'v1.36.3', goVersion: 'go1.26' }

const kubeconfig = (server: string, name: string) =>
  JSON.stringify({
    clusters: [{ name, cluster: { server } }],
    users: [{ name, user: { token: name } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  })

/** An empty home: nothing of the machine that runs the tests. */
async function nowhere() {
  const home = await mkdtemp(join(tmpdir(), 'lateen-'))
  return {
    env: {} as NodeJS.ProcessEnv,
    home,
    serviceAccount: join(home, 'serviceaccount'),
    clock: fakeClock({ skip: true }),
    random: () => 0,
  }
}

test('takes the first way that there is: text, file, KUBECONFIG, ~/.kube/config', async () => {
  await using api = await fakeApi((request, response) =>
    json(response, { ...version, gitVersion: request.headers.authorization }),
  )
  const around = await nowhere()
  const file = async (name: string) => {
    const path = join(around.home, name)
    await writeFile(path, kubeconfig(api.url, name))
    return path
  }
  await mkdir(join(around.home, '.kube'))
  await writeFile(join(around.home, '.kube', 'config'), kubeconfig(api.url, 'home'))
  const env = { KUBECONFIG: await file('environment') }
  const settings = { kubeconfigText: kubeconfig(api.url, 'text'), kubeconfig: await file('file') }

  const ways = [
    await connect(settings, { ...around, env }),
    await connect({ kubeconfig: settings.kubeconfig }, { ...around, env }),
    await connect({}, { ...around, env }),
    await connect({}, around),
  ]
  const expected = ['text', 'file', 'environment', 'home']
  expect(ways.map(({ name }) => name)).toEqual(expected)
  for (const [index, { transport }] of ways.entries()) {
    expect((await serverVersion(transport)).gitVersion).toBe(`Bearer ${expected[index]}`)
    await transport.close()
  }
})

test('a configured name wins over the name of the context', async () => {
  const { name, flow } = await connect(
    { name: 'prod', kubeconfigText: kubeconfig('https://x', 'ctx'), maxConcurrency: 2 },
    await nowhere(),
  )
  expect(name).toBe('prod')
  expect(flow.limit).toBe(2)
})

test('in a pod it is the service account, whose token is read again when it rotates', async () => {
  const tokens: (string | undefined)[] = []
  await using api = await fakeApi(
    (request, response) => {
      tokens.push(request.headers.authorization)
      json(response, version)
    },
    { tls: {} },
  )
  const around = await nowhere()
  await mkdir(around.serviceAccount)
  await writeFile(join(around.serviceAccount, 'ca.crt'), fixture('server.crt'))
  await writeFile(join(around.serviceAccount, 'token'), 'one')
  const env = { KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: String(api.port) }
  const { name, transport } = await connect({}, { ...around, env })
  expect(name).toBe('in-cluster')
  await serverVersion(transport)
  await writeFile(join(around.serviceAccount, 'token'), 'two')
  await around.clock.sleep(61_000)
  await serverVersion(transport)
  expect(tokens).toEqual(['Bearer one', 'Bearer two'])
  await transport.close()
})

test('nothing at all is told in the words of Velero', async () => {
  await expect(connect({}, await nowhere())).rejects.toMatchObject({
    message: `${PREFIX}no configuration has been provided`,
    next: expect.stringContaining('--kubeconfig'),
  })
  await expect(connect({ context: 'zz' }, await nowhere())).rejects.toThrow(`${PREFIX}context "zz" does not exist`)
})

test('a named kubeconfig that does not exist is not replaced by another one', async () => {
  const around = await nowhere()
  await mkdir(join(around.home, '.kube'))
  await writeFile(join(around.home, '.kube', 'config'), kubeconfig('https://x', 'home'))
  await expect(connect({ kubeconfig: '/nowhere/config' }, around)).rejects.toThrow(
    `${PREFIX}stat /nowhere/config: no such file or directory`,
  )
})

test('a missing region of an EKS cluster is named', async () => {
  await expect(connect({ eks: { cluster: 'prod' } }, await nowhere())).rejects.toMatchObject({
    message: 'eks.region of cluster "prod" is missing',
    next: expect.stringContaining('AWS_REGION'),
  })
})

test('a certificate-authority file that is missing is named', async () => {
  const text = kubeconfig('https://x', 'a').replace('"server"', '"certificate-authority":"/nowhere/ca.pem","server"')
  await expect(connect({ kubeconfigText: text }, await nowhere())).rejects.toThrow(
    /certificate-authority: ENOENT.*\/nowhere\/ca\.pem/,
  )
})
