import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { systemClock } from '../../lib/cluster/clock.ts'
import { type Connection, connect } from '../../lib/cluster/connect.ts'
import { discover } from '../../lib/cluster/discovery.ts'
import { createObject, deleteObject, getObject, patchObject, resourcePath } from '../../lib/cluster/objects.ts'
import { ApiError, type ConnectionSettings, type Transport } from '../../lib/cluster/types.ts'
import { serverVersion } from '../../lib/cluster/version.ts'

const file = process.env.KUBECONFIG ?? ''
if (file === '') {
  if (process.env.CI_E2E === '1') throw new Error('KUBECONFIG is not set: these tests need a real control plane')
  console.warn('connection.test.ts is skipped: KUBECONFIG names no control plane')
}

const namespaces = { group: '', version: 'v1', name: 'namespaces' }
const configMaps = { group: '', version: 'v1', name: 'configmaps' }
const serviceAccounts = { group: '', version: 'v1', name: 'serviceaccounts' }
const apiServices = { group: 'apiregistration.k8s.io', version: 'v1', name: 'apiservices' }

describe.skipIf(file === '')('a real control plane', () => {
  const run = `connection-${process.pid}`
  const open: Transport[] = []
  let folder: string
  let text: string
  let token: string
  let admin: Connection

  async function reach(settings: ConnectionSettings, around = {}): Promise<Connection> {
    const connection = await connect(settings, around)
    open.push(connection.transport)
    return connection
  }

  /** The kubeconfig of these tests with another user. */
  function withUser(user: unknown): string {
    const config = parse(text)
    return JSON.stringify({ ...config, users: config.users.map(({ name }: { name: string }) => ({ name, user })) })
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lateen-'))
    text = await readFile(file, 'utf8')
    token = parse(text).users[0].user.token
    admin = await reach({})
    await createObject(admin.transport, namespaces, undefined, JSON.stringify({ metadata: { name: run } }))
  })

  afterAll(async () => {
    await deleteObject(admin.transport, apiServices, { name: `v1.${run}.example.com` })
    await deleteObject(admin.transport, namespaces, { name: run })
    await Promise.all(open.map(transport => transport.close()))
  })

  test('is reached by KUBECONFIG, by file, by text and by context', async () => {
    const context = parse(text).contexts[0].name
    for (const settings of [{}, { kubeconfig: file }, { kubeconfigText: text }, { kubeconfig: file, context }]) {
      const { name, transport } = await reach(settings)
      expect(name).toBe(context)
      expect((await serverVersion(transport)).major).toBe('1')
    }
  })

  test('an exec plugin gives the token, and is run again when that ends and when it is refused', async () => {
    const [plugin, runs, end] = ['plugin.sh', 'runs', 'end'].map(name => join(folder, name)) as [string, string, string]
    // The third token is a wrong one.
    await writeFile(
      plugin,
      `echo >> ${runs}
      [ $(wc -l < ${runs}) = 3 ] && t=wrong || t=${token}
      echo '{"kind":"ExecCredential","status":{"token":"'$t'","expirationTimestamp":"'$(cat ${end})'"}}'`,
    )
    const count = async () => (await readFile(runs, 'utf8')).length
    let ahead = 0
    const clock = { ...systemClock, now: () => systemClock.now() + ahead }
    const endsInAnHour = () => writeFile(end, new Date(clock.now() + 3_600_000).toISOString())
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'sh', args: [plugin] }
    const { transport } = await reach({ kubeconfigText: withUser({ exec }) }, { clock })
    await endsInAnHour()
    await serverVersion(transport)
    await discover(transport)
    expect(await count()).toBe(1)

    ahead += 3_600_000
    await endsInAnHour()
    await discover(transport)
    expect(await count()).toBe(2)

    ahead += 3_600_000
    await endsInAnHour()
    await discover(transport)
    expect(await count()).toBe(4)
  })

  test('a wrong token is told as 401, with what to check', async () => {
    const { transport } = await reach({ kubeconfigText: withUser({ token: 'wrong' }) })
    await expect(discover(transport)).rejects.toMatchObject({
      status: 401,
      reason: 'Unauthorized',
      next: expect.stringContaining('credentials'),
    })
  })

  test('a user without rights is told by the server what is missing', async () => {
    await createObject(admin.transport, serviceAccounts, run, JSON.stringify({ metadata: { name: 'nobody' } }))
    const path = resourcePath(serviceAccounts, run, 'nobody', 'token')
    const answer = await admin.transport.request({ method: 'POST', path, body: '{"spec":{}}' })
    const tokenFile = join(folder, 'token')
    await writeFile(tokenFile, JSON.parse(Buffer.concat(await Array.fromAsync(answer.body)).toString()).status.token)
    const { transport } = await reach({ kubeconfigText: withUser({ tokenFile }) })
    const error = await getObject(transport, configMaps, { namespace: run, name: 'a' }).catch(error => error)
    expect(error).toBeInstanceOf(ApiError)
    expect(error).toMatchObject({ status: 403, reason: 'Forbidden', next: expect.stringContaining('ClusterRole') })
    expect(error.message).toContain(`system:serviceaccount:${run}:nobody`)
  })

  test('somebody else can be impersonated', async () => {
    const { transport } = await reach({
      kubeconfigText: withUser({ token, as: 'jane', 'as-groups': ['system:authenticated', 'x'] }),
    })
    await expect(getObject(transport, configMaps, { namespace: run, name: 'a' })).rejects.toThrow(
      'User "jane" cannot get',
    )
  })

  test('an object is created, read to the digit, patched and deleted', async () => {
    const { transport } = admin
    const body = `{"metadata":{"name":"a","annotations":{"n":"9007199254740993"}},"data":{"k":"\\u2028 <&> \u{1F6F6}"}}`
    await createObject(transport, configMaps, run, body)
    await expect(createObject(transport, configMaps, run, body)).rejects.toMatchObject({
      status: 409,
      reason: 'AlreadyExists',
    })
    const target = { namespace: run, name: 'a' }
    await patchObject(transport, configMaps, target, 'application/merge-patch+json', '{"data":{"m":"1"}}')
    const stored = JSON.parse((await getObject(transport, configMaps, target))?.toString() ?? '')
    expect(stored.data).toEqual({ k: '\u2028 <&> \u{1F6F6}', m: '1' })
    await expect(deleteObject(transport, configMaps, target, 'another-uid')).rejects.toMatchObject({ status: 409 })
    expect(await deleteObject(transport, configMaps, target, stored.metadata.uid)).toBe(true)
    expect(await deleteObject(transport, configMaps, target)).toBe(false)
    expect(await getObject(transport, configMaps, target)).toBeUndefined()
  })

  /** The same server as one that does not know aggregated discovery. */
  const plainly = (transport: Transport): Transport => ({
    server: transport.server,
    request: request => transport.request({ ...request, accept: 'application/json' }),
    close: () => transport.close(),
  })

  const gvrs = (resources: readonly { group: string; version: string; name: string }[]) =>
    resources.map(({ group, version, name }) => `${group}/${version}/${name}`).sort()

  test('both ways of discovery find the same resources', async () => {
    const [aggregated, byGroup] = [await discover(admin.transport), await discover(plainly(admin.transport))]
    expect(gvrs(byGroup.resources)).toEqual(gvrs(aggregated.resources))
    const details = (resource: { verbs: readonly string[]; shortNames: readonly string[] } | undefined) =>
      resource && { ...resource, verbs: resource.verbs.toSorted(), shortNames: resource.shortNames.toSorted() }
    for (const resource of aggregated.served) {
      const same = byGroup.served.find(other => gvrs([other])[0] === gvrs([resource])[0])
      expect(details(same)).toEqual(details(resource))
    }
  })

  test('an aggregated API without a backend is dead, and all others are found', async () => {
    const group = `${run}.example.com`
    const apiService = `v1.${group}`
    const spec = {
      group,
      version: 'v1',
      service: { name: 'nothing', namespace: run },
      groupPriorityMinimum: 100,
      versionPriority: 10,
      insecureSkipTLSVerify: true,
    }
    const before = await discover(admin.transport)
    await createObject(
      admin.transport,
      apiServices,
      undefined,
      JSON.stringify({ metadata: { name: apiService }, spec }),
    )
    const isDead = async (transport: Transport) => (await discover(transport)).dead.filter(dead => dead.group === group)
    await expect
      .poll(() => isDead(admin.transport), { timeout: 30_000 })
      .toEqual([{ group, version: 'v1', apiService, message: `stale GroupVersion discovery: ${group}/v1` }])
    expect(gvrs((await discover(admin.transport)).resources)).toEqual(gvrs(before.resources))
    expect(await isDead(plainly(admin.transport))).toMatchObject([{ group, version: 'v1', apiService }])
  })
})
