import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { getObject } from '../../lib/cluster/objects.ts'
import type { Transport } from '../../lib/cluster/types.ts'
import { contents, newBucket, restoreJson, type TestBucket } from './helpers/bucket.ts'
import { configMaps, listAll, namespaces, openCluster, removeNamespaces } from './helpers/cluster.ts'
import { manyConfigMaps } from './helpers/config-maps.ts'
import { endToEnd } from './helpers/environment.ts'
import { lateen, start } from './helpers/lateen.ts'
import type { ResourceList } from './helpers/resource-list.ts'

const MANY = 600

endToEnd('a restore that is cancelled', () => {
  const [source, target] = [`cancel-source-${process.pid}`, `cancel-target-${process.pid}`]
  let transport: Transport
  let bucket: TestBucket
  beforeAll(async () => {
    transport = await openCluster()
    bucket = await newBucket()
    await manyConfigMaps(transport, source, MANY)
    const backup = `backup create b --include-namespaces ${source} --include-resources configmaps,namespaces`
    expect(await lateen(backup, bucket.env)).toMatchObject({ code: 0 })
  })
  afterAll(async () => {
    await removeNamespaces(transport, [source, target])
    await transport.close()
    await bucket.store.close()
  })

  const command = `restore create r --from-backup b --namespace-mappings ${source}:${target}`
  const slowly = () => ({ ...bucket.env, LATEEN_MAX_CONCURRENCY: '1' })

  test('ends as Failed with all that it did, is told to whoever follows it, and is not gone on with', async () => {
    const { child, ended } = start(command, slowly())
    const there = () => getObject(transport, namespaces, { name: target })
    await vi.waitUntil(there, { timeout: 30_000, interval: 10 })
    child.kill('SIGINT')
    expect(await ended).toMatchObject({ code: 130 })
    expect(await lateen('restore logs r', bucket.env)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Starting restore of backup'),
      stderr: expect.stringContaining('Nobody works on the run'),
    })

    const following = start('restore logs r --follow', bucket.env)
    expect(await lateen('restore cancel r', bucket.env)).toMatchObject({ code: 0, stderr: '' })
    expect(await following.ended).toMatchObject({ code: 4, stdout: expect.stringContaining('cancelled by') })

    const present = (await listAll(transport, configMaps, target)).filter(
      ({ metadata }) => !metadata.name.startsWith('kube-'),
    )
    const listed = (await restoreJson<ResourceList>(bucket, 'r', 'resource-list.json.gz'))['v1/ConfigMap'] ?? []
    expect(listed.filter(row => row.endsWith('(created)')).length).toBe(present.length)
    expect(present.length).toBeLessThan(MANY)

    const before = await contents(bucket)
    expect(await lateen('restore cancel r', bucket.env)).toMatchObject({ code: 0 })
    expect(await lateen(command, bucket.env)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('already exists'),
    })
    expect(await contents(bucket)).toEqual(before)
  })
})
