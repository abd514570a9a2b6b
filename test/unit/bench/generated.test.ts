import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type GeneratedCluster, startGeneratedCluster } from '../../../bench/generated/cluster.ts'
import { Shape } from '../../../bench/shape/shape.ts'
import { createBackup } from '../../../lib/jobs/backup.ts'
import { createRestore } from '../../../lib/jobs/restore.ts'
import { openStore } from '../../../lib/store/open.ts'
import { readBackupFiles } from '../../helpers/backups.ts'

const ITEMS = 600
const shape = new Shape(ITEMS)
let clusters: GeneratedCluster[]
let bucket: string

beforeAll(async () => {
  clusters = await Promise.all([startGeneratedCluster(shape), startGeneratedCluster(new Shape(0))])
  bucket = await mkdtemp(join(tmpdir(), 'lateen-generated-'))
})
afterAll(async () => {
  for (const cluster of clusters) cluster.stop()
  await rm(bucket, { recursive: true })
})

const ask = async ({ url, token }: GeneratedCluster, path: string) =>
  (await fetch(url + path, { headers: { authorization: `Bearer ${token}` } })).json()

it('is backed up whole, and restored into one that keeps names only', async () => {
  const location = { name: 'default', spec: { provider: 'file' as const, objectStorage: { bucket } } }
  const settings = (cluster?: GeneratedCluster) =>
    ({ location, cluster: { kubeconfigText: cluster?.kubeconfig } }) as never
  const metadata = (name: string) => ({ name, namespace: 'velero', uid: `uid-${name}` })
  const [source, target] = clusters as [GeneratedCluster, GeneratedCluster]
  const { backup, errors } = await createBackup(
    settings(source),
    { kind: 'Backup', apiVersion: 'velero.io/v1', metadata: metadata('b'), spec: { includeClusterResources: true } },
    { typed: true },
  )
  expect([backup.status?.phase, errors]).toEqual(['Completed', []])
  const { list } = await readBackupFiles(await openStore(location), 'b')
  const wanted = shape.kinds.find(each => each.kind.resource === 'routes')
  expect(list['mesh.example.com/v1/Route']).toEqual(
    Array.from({ length: wanted?.count ?? 0 }, (_, i) => wanted?.object(i).metadata).map(
      made => `${made?.namespace}/${made?.name}`,
    ),
  )
  expect(
    Object.values(list)
      .flat()
      .filter(key => key.startsWith('team-') && key.includes('/')),
  ).toHaveLength(ITEMS)

  const { restore } = await createRestore(
    settings(target),
    { kind: 'Restore', apiVersion: 'velero.io/v1', metadata: metadata('r'), spec: { backupName: 'b' } },
    { typed: true },
  )
  expect(restore.status).toMatchObject({ phase: 'Completed' })
  // As in Velero: neither events nor jobs that are done.
  const left = shape.kinds.filter(each => ['events', 'jobs'].includes(each.kind.resource))
  const created = left.reduce((rest, { count }) => rest - count, ITEMS)
  expect(await ask(target, '/counts')).toMatchObject({ created })
  expect(await ask(target, '/api/v1/namespaces/team-0000/secrets/secret-0000000')).toMatchObject({
    kind: 'Secret',
    metadata: { name: 'secret-0000000', namespace: 'team-0000' },
  })
})

it('lists in pages without a gap, of all namespaces and of one', async () => {
  const [source] = clusters as [GeneratedCluster]
  const secrets = shape.kinds.find(each => each.kind.resource === 'secrets')
  for (const namespace of ['', 'team-0001']) {
    const path = namespace === '' ? '/api/v1/secrets' : `/api/v1/namespaces/${namespace}/secrets`
    const names: string[] = []
    let token: string | undefined = ''
    while (token !== undefined) {
      const page = (await ask(source, `${path}?limit=7&continue=${token}`)) as {
        items: { metadata: { name: string } }[]
        metadata: { continue?: string }
      }
      names.push(...page.items.map(({ metadata }) => metadata.name))
      token = page.metadata.continue
    }
    const [from, to] = secrets?.range(namespace) ?? [0, 0]
    expect(names).toEqual(Array.from({ length: to - from }, (_, i) => secrets?.object(from + i).metadata.name))
  }
})
