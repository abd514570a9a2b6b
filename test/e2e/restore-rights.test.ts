import { readFileSync } from 'node:fs'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { exchange } from '../../lib/cluster/http/read.ts'
import { createObject, deleteObject, resourcePath } from '../../lib/cluster/objects.ts'
import type { Transport } from '../../lib/cluster/types.ts'
import { newBucket, restoreJson, type TestBucket } from './helpers/bucket.ts'
import { configMaps, type Kind, listAll, namespaces, openCluster, removeNamespaces } from './helpers/cluster.ts'
import { endToEnd } from './helpers/environment.ts'
import { lateen } from './helpers/lateen.ts'

const serviceAccounts: Kind = { group: '', version: 'v1', name: 'serviceaccounts' }
const secrets: Kind = { group: '', version: 'v1', name: 'secrets' }
const roles: Kind = { group: 'rbac.authorization.k8s.io', version: 'v1', name: 'roles' }
const roleBindings: Kind = { group: 'rbac.authorization.k8s.io', version: 'v1', name: 'rolebindings' }

endToEnd('restore create, for whom not everything is allowed', () => {
  const [mine, theirs] = [`mine-${process.pid}`, `theirs-${process.pid}`]
  let transport: Transport
  let bucket: TestBucket
  beforeAll(async () => {
    transport = await openCluster()
    bucket = await newBucket()
  })
  afterAll(async () => {
    await removeNamespaces(transport, [mine, theirs])
    await transport.close()
    await bucket.store.close()
  })

  const names = async (kind: Kind, namespace: string) =>
    (await listAll(transport, kind, namespace)).map(({ metadata }) => metadata.name)

  const create = (kind: Kind, namespace: string, object: object) =>
    createObject(transport, kind, namespace, JSON.stringify(object))

  /** A kubeconfig of a ServiceAccount of the namespace that may do with ConfigMaps there what it likes, and nothing else. */
  async function userOf(namespace: string): Promise<string> {
    await create(serviceAccounts, namespace, { metadata: { name: 'me' } })
    await create(roles, namespace, {
      metadata: { name: 'me' },
      rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['*'] }],
    })
    await create(roleBindings, namespace, {
      metadata: { name: 'me' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'me' },
      subjects: [{ kind: 'ServiceAccount', name: 'me', namespace }],
    })
    const path = `${resourcePath(serviceAccounts, namespace, 'me')}/token`
    const answer = await exchange(transport, { method: 'POST', path, body: '{"spec":{}}' })
    const { token } = (JSON.parse(answer.toString()) as { status: { token: string } }).status
    const config = parse(readFileSync(process.env.KUBECONFIG ?? '', 'utf8'))
    const users = config.users.map(({ name }: { name: string }) => ({ name, user: { token } }))
    const file = join(await mkdtemp(join(tmpdir(), 'lateen-e2e-')), 'kubeconfig')
    await writeFile(file, JSON.stringify({ ...config, users }))
    return file
  }

  test('a user with rights in one namespace gets what is allowed, and one error for each kind and namespace that is not', async () => {
    for (const namespace of [mine, theirs]) {
      await createObject(transport, namespaces, undefined, JSON.stringify({ metadata: { name: namespace } }))
      for (const name of ['a', 'b', 'c']) {
        await create(configMaps, namespace, { metadata: { name }, data: { in: namespace } })
        await create(secrets, namespace, { metadata: { name }, data: {} })
      }
    }
    const flags = `--include-namespaces ${mine},${theirs} --include-resources configmaps,secrets`
    expect(await lateen(`backup create b ${flags}`, bucket.env)).toMatchObject({ code: 0 })
    for (const namespace of [mine, theirs])
      for (const name of ['a', 'b', 'c'])
        for (const kind of [configMaps, secrets]) await deleteObject(transport, kind, { namespace, name })
    const env = { ...bucket.env, KUBECONFIG: await userOf(mine) }

    const outcome = await lateen('restore create r --from-backup b', env)
    expect(outcome).toMatchObject({
      code: 3,
      stdout: expect.stringContaining('completed with status: PartiallyFailed.'),
    })
    expect(outcome.stdout).toMatch(/^\d+ items: 3 created, 0 updated, \d+ skipped, 9 failed\.$/m)
    expect((await names(configMaps, mine)).filter(name => name !== 'kube-root-ca.crt')).toEqual(['a', 'b', 'c'])
    expect((await names(configMaps, theirs)).filter(name => name !== 'kube-root-ca.crt')).toEqual([])
    const denied = (kind: string, namespace: string) =>
      expect.stringMatching(
        new RegExp(
          `^User "system:serviceaccount:${mine}:me" cannot create resource "${kind}" in API group "" in the namespace "${namespace}" \\(3 objects not restored\\)$`,
        ),
      )
    const { errors } = await restoreJson<{ errors: { namespaces: Record<string, string[]> } }>(
      bucket,
      'r',
      'results.gz',
    )
    expect(errors).toEqual({
      namespaces: {
        [mine]: [denied('secrets', mine)],
        [theirs]: expect.arrayContaining([denied('configmaps', theirs), denied('secrets', theirs)]),
      },
    })
    expect(errors.namespaces[theirs]).toHaveLength(2)
  })
})
