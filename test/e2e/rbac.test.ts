import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { connect } from '../../lib/cluster/connect.ts'
import { discover } from '../../lib/cluster/discovery.ts'
import { createObject, deleteObject, getObject } from '../../lib/cluster/objects.ts'
import { ApiError, type Transport } from '../../lib/cluster/types.ts'
import { backupJson, newBucket, restoreJson, type TestBucket } from './helpers/bucket.ts'
import { configMaps, type Kind, listAll, namespaces, openCluster, removeNamespaces } from './helpers/cluster.ts'
import { endToEnd } from './helpers/environment.ts'
import { lateen } from './helpers/lateen.ts'
import { type Member, memberOf } from './helpers/member-of.ts'

const RBAC = 'rbac.authorization.k8s.io'
const secrets: Kind = { group: '', version: 'v1', name: 'secrets' }
const roles: Kind = { group: RBAC, version: 'v1', name: 'roles' }
const definitions: Kind = { group: 'apiextensions.k8s.io', version: 'v1', name: 'customresourcedefinitions' }

interface Manifest {
  apiVersion: string
  kind: string
  metadata: { name: string; namespace?: string }
}

endToEnd('lateen rbac', () => {
  const id = process.pid
  const [shop, data, dark, copy] = ['shop', 'data', 'dark', 'copy'].map(name => `${name}-${id}`) as [
    string,
    string,
    string,
    string,
  ]
  const group = `sails-${id}.lateen.test`
  const sails: Kind = { group, version: 'v1', name: 'sails' }
  let admin: Transport
  let bucket: TestBucket
  let member: Member | undefined
  let applied: Manifest[] = []

  beforeAll(async () => {
    admin = await openCluster()
    bucket = await newBucket()
    for (const name of [shop, data, dark])
      await apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { team: name } } } as Manifest)
    await apply(definition)
    for (const each of objects()) await apply(each)
    expect(await lateen(`backup create source --include-namespaces ${shop},${data}`, bucket.env)).toMatchObject({
      code: 0,
    })
  })
  afterEach(async () => {
    await member?.[Symbol.asyncDispose]()
    member = undefined
    for (const each of applied.filter(({ kind }) => kind !== 'Namespace')) await remove(each)
    applied = []
  })
  afterAll(async () => {
    await removeNamespaces(admin, [shop, data, dark, copy])
    for (const { kind, apiVersion, metadata } of [definition, ...objects()])
      if (!('namespace' in metadata)) await remove({ kind, apiVersion, metadata })
    await admin.close()
    await bucket.store.close()
  })

  const definition = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `sails.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { plural: 'sails', singular: 'sail', kind: 'Sail', listKind: 'SailList' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
        },
      ],
    },
  }

  /** In `shop` one of each that leads to others; in `data` a claim with its volume. */
  const objects = (): Manifest[] => {
    const [name, account] = [`robots-${id}`, 'robot']
    const subjects = [{ kind: 'ServiceAccount', name: account, namespace: shop }]
    const clusterRole = { apiGroup: RBAC, kind: 'ClusterRole', name }
    const rules = [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }]
    const claim = { kind: 'PersistentVolumeClaim', namespace: data, name: 'files' }
    const storage = { accessModes: ['ReadWriteOnce'], storageClassName: '' }
    const pod = {
      serviceAccountName: account,
      priorityClassName: name,
      containers: [{ name: 'main', image: 'robot' }],
      terminationGracePeriodSeconds: 0,
    }
    return [
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: shop }, data: { in: 'backup' } },
      { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'key', namespace: shop } },
      { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'key', namespace: dark } },
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: account, namespace: shop } },
      { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name }, value: 5 },
      { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'robot', namespace: shop }, spec: pod },
      { apiVersion: `${RBAC}/v1`, kind: 'ClusterRole', metadata: { name }, rules },
      { apiVersion: `${RBAC}/v1`, kind: 'ClusterRoleBinding', metadata: { name }, roleRef: clusterRole, subjects },
      { apiVersion: `${RBAC}/v1`, kind: 'Role', metadata: { name: 'all', namespace: shop }, rules },
      {
        apiVersion: `${RBAC}/v1`,
        kind: 'RoleBinding',
        metadata: { name: 'all', namespace: shop },
        roleRef: clusterRole,
        subjects,
      },
      { apiVersion: `${group}/v1`, kind: 'Sail', metadata: { name: 'main', namespace: shop } },
      {
        apiVersion: 'v1',
        kind: 'PersistentVolume',
        metadata: { name: `files-${id}` },
        spec: { ...storage, capacity: { storage: '1Gi' }, hostPath: { path: '/x' }, claimRef: claim },
      },
      {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name: 'files', namespace: data },
        spec: { ...storage, volumeName: `files-${id}`, resources: { requests: { storage: '1Gi' } } },
      },
    ] as Manifest[]
  }

  async function kindOf({ apiVersion, kind }: Manifest): Promise<Kind> {
    const discovery = await discover(admin)
    const [version, of = ''] = apiVersion.split('/').reverse()
    const found = discovery.served.find(each => each.kind === kind && each.group === of && each.version === version)
    if (found === undefined) throw new Error(`no ${apiVersion} ${kind}`)
    return found
  }

  /** As kubectl does, but that what is new is not asked for first. */
  async function apply(manifest: Manifest): Promise<void> {
    for (let tries = 1; ; tries++)
      try {
        await createObject(admin, await kindOf(manifest), manifest.metadata.namespace, JSON.stringify(manifest))
        return
      } catch (error) {
        // A definition, or a namespace's default account, takes a moment.
        if (tries === 40 || (error instanceof ApiError && error.status === 409)) throw error
        await new Promise(resolve => setTimeout(resolve, 250))
      }
  }

  const remove = async (manifest: Manifest) => deleteObject(admin, await kindOf(manifest), manifest.metadata)

  /** Prints the rights, gives them to a group, and becomes a member of it: `run` is the command line as he has it. */
  async function grant(args: string): Promise<(line: string) => ReturnType<typeof lateen>> {
    const name = `rights-${id}`
    const printed = await lateen(`rbac ${name} ${args}`.trim(), bucket.env)
    expect(printed).toMatchObject({ code: 0, stderr: '' })
    applied = parseAllDocuments(printed.stdout).map(document => document.toJS())
    for (const each of applied) await apply(each)
    const became = await memberOf(name)
    member = became
    return line => lateen(line.trim(), { ...bucket.env, KUBECONFIG: became.kubeconfig })
  }

  /** Whether the member may list this. */
  async function mayList(kind: Kind, namespace?: string): Promise<boolean> {
    const { transport } = await connect({ kubeconfig: member?.kubeconfig ?? '' })
    try {
      await listAll(transport, kind, namespace)
      return true
    } catch (error) {
      if (error instanceof ApiError && error.status === 403) return false
      throw error
    } finally {
      await transport.close()
    }
  }

  type Results = { errors: object }

  test.each([
    ['namespaces by name', `--include-namespaces ${shop},${data}`, [secrets, dark]],
    ['a namespace without Secrets', `--include-namespaces ${shop} --exclude-resources secrets`, [secrets, shop]],
    ['kinds in all namespaces', '--include-resources configmaps,pods', [secrets, undefined]],
    [
      'namespaces by a pattern, and kinds by scope',
      `--include-namespaces sh?p-${id} --include-cluster-scoped-resources priorityclasses`,
      [secrets, dark],
    ],
    [
      'a namespace and nothing cluster-scoped',
      `--include-namespaces ${shop} --include-cluster-resources=false`,
      [{ ...roles, name: 'clusterroles' }, undefined],
    ],
    ['everything', '', undefined],
    ['everything and all that is cluster-scoped', '--include-cluster-resources', undefined],
  ] as [
    string,
    string,
    [Kind, string | undefined] | undefined,
  ][])('backs up %s with the rights that it prints: nothing is refused, and other things are', async (_, filters, beyond) => {
    const run = await grant(filters)
    const name = `b-${applied.length}-${filters.length}`
    expect(await run(`backup create ${name} ${filters}`)).toMatchObject({ code: 0 })
    const results = await backupJson<Results>(bucket, name, '-results.gz')
    expect(results.errors).toEqual({})
    expect(member?.forbidden).toEqual([])
    if (beyond !== undefined) expect(await mayList(...beyond)).toBe(false)
  })

  test('brings related objects along with the rights for a namespace', async () => {
    const filters = `--include-namespaces ${shop},${data}`
    const run = await grant(filters)
    await run(`backup create related ${filters}`)
    const list = await backupJson<Record<string, string[]>>(bucket, 'related', '-resource-list.json.gz')
    const names = Object.values(list).flat()
    for (const name of [`robots-${id}`, `files-${id}`, `sails.${group}`, shop]) expect(names).toContain(name)
  })

  const from = '--from-backup source'

  test('restores into a namespace that is there: nothing is refused, and other things are', async () => {
    const filters = `--include-namespaces ${shop} --include-resources configmaps,secrets,serviceaccounts -n ${shop}`
    for (const kind of [configMaps, secrets])
      await deleteObject(admin, kind, { namespace: shop, name: kind === secrets ? 'key' : 'a' })
    const run = await grant(`--for restore ${from} ${filters}`)
    expect(await run(`restore create there ${from} ${filters}`)).toMatchObject({ code: 0 })
    expect(await restoreJson<Results>(bucket, 'there', 'results.gz')).toMatchObject({ errors: {} })
    expect(member?.forbidden).toEqual([])
    expect(await getObject(admin, secrets, { namespace: shop, name: 'key' })).toBeDefined()
    expect(await mayList(configMaps, dark)).toBe(false)
    expect(await mayList(secrets, shop)).toBe(false)
  })

  test('restores roles that allow more than it has, into a namespace that it makes', async () => {
    const filters = `--include-namespaces ${shop} --namespace-mappings ${shop}:${copy} -n ${shop}`
    const run = await grant(`--for restore ${from} ${filters}`)
    expect(applied.map(({ kind }) => kind)).toContain('Namespace')
    expect(await run(`restore create copied ${from} ${filters}`)).toMatchObject({ code: 0 })
    expect(await restoreJson<Results>(bucket, 'copied', 'results.gz')).toMatchObject({ errors: {} })
    expect(member?.forbidden).toEqual([])
    expect(await getObject(admin, roles, { namespace: copy, name: 'all' })).toBeDefined()
    expect(await getObject(admin, sails, { namespace: copy, name: 'main' })).toBeDefined()
    expect(await mayList(secrets, shop)).toBe(false)
  })

  test('deletes what differs only where it is told the kinds', async () => {
    const filters = `--include-namespaces ${shop} --include-resources configmaps -n ${shop}`
    const recreate = '--existing-resource-policy recreate --recreate-resources configmaps'
    await deleteObject(admin, configMaps, { namespace: shop, name: 'a' })
    await createObject(admin, configMaps, shop, JSON.stringify({ metadata: { name: 'a' }, data: { in: 'cluster' } }))
    const run = await grant(`--for restore ${from} ${filters} ${recreate}`)
    expect(await run(`restore create anew ${from} ${filters} ${recreate}`)).toMatchObject({ code: 0 })
    expect(member?.forbidden).toEqual([])
    expect(String(await getObject(admin, configMaps, { namespace: shop, name: 'a' }))).toContain('"in":"backup"')
  })

  test('brings back a namespace that was deleted, with its definitions, by the rights for everything', async () => {
    await removeNamespaces(admin, [shop])
    await deleteObject(admin, definitions, { name: `sails.${group}` })
    await expect
      .poll(() => getObject(admin, definitions, { name: `sails.${group}` }), { timeout: 60_000 })
      .toBeUndefined()
    const filters = `--include-namespaces ${shop} --include-cluster-resources`
    const run = await grant('--for restore')
    expect(await run(`restore create all ${from} ${filters}`)).toMatchObject({ code: 0 })
    expect(await restoreJson<Results>(bucket, 'all', 'results.gz')).toMatchObject({ errors: {} })
    expect(member?.forbidden).toEqual([])
    expect(String(await getObject(admin, namespaces, { name: shop }))).toContain(`"team":"${shop}"`)
    expect(await getObject(admin, sails, { namespace: shop, name: 'main' })).toBeDefined()
  })
})
