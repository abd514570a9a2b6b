import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { discover } from '../../lib/cluster/discovery.ts'
import { getObject } from '../../lib/cluster/objects.ts'
import type { Transport } from '../../lib/cluster/types.ts'
import { parseLogLine } from '../../lib/velero/log-line.ts'
import { type Entry, exactly, readArchive } from '../helpers/archive.ts'
import { storedObjects } from './helpers/archive.ts'
import { backupJson, backupText, contents, newBucket, newFolder, read, type TestBucket } from './helpers/bucket.ts'
import { listAll, openCluster } from './helpers/cluster.ts'
import { endToEnd } from './helpers/environment.ts'
import { applyHarbor, removeHarbor } from './helpers/harbor.ts'
import { lateen, type Outcome } from './helpers/lateen.ts'
import { comparable, goldenRows, goldenText, noGolden, type ResourceList } from './helpers/resource-list.ts'

if (noGolden) console.warn(`skipped: the comparisons with real Velero, for ${noGolden}`)

/** What controllers and kubelets write on their own; of others nothing may have changed since the backup. */
const restless = [
  'events',
  'nodes',
  'leases.coordination.k8s.io',
  'horizontalpodautoscalers.autoscaling',
  'apiservices.apiregistration.k8s.io',
]

endToEnd('backup create, on a real control plane', () => {
  let transport: Transport
  beforeAll(async () => {
    transport = await openCluster()
    await applyHarbor(transport)
  })
  afterAll(async () => {
    await removeHarbor(transport)
    await transport.close()
  })

  const archiveOf = async (bucket: TestBucket, name: string) =>
    readArchive(await read(bucket, `backups/${name}/${name}.tar.gz`))
  const listOf = (bucket: TestBucket, name: string) => backupJson<ResourceList>(bucket, name, '-resource-list.json.gz')

  /** Each stored object with its like in the cluster; answers the kinds of those that have changed since. */
  async function compareWithCluster(entries: Entry[]): Promise<string[]> {
    const { resources } = await discover(transport)
    const changed = new Set<string>()
    for (const { type, namespace, name, content } of storedObjects(entries)) {
      const resource = resources.find(r => (r.group ? `${r.name}.${r.group}` : r.name) === type)
      const live = resource && (await getObject(transport, resource, { namespace, name }))
      const version = (json: Buffer | undefined) => json && JSON.parse(json.toString()).metadata.resourceVersion
      if (live === undefined || version(live) !== version(content)) changed.add(type)
      else expect(exactly(content), `${type} ${namespace}/${name}`).toEqual(exactly(live))
    }
    return [...changed]
  }

  describe.each([
    ['MinIO', newBucket],
    ['a folder', newFolder],
  ])('into %s', (_, make) => {
    let bucket: TestBucket
    let outcome: Outcome
    let entries: Entry[]
    beforeAll(async () => {
      bucket = await make()
      outcome = await lateen('backup create full --wait', bucket.env)
      entries = await archiveOf(bucket, 'full')
    })
    afterAll(() => bucket.store.close())

    test('ends as Completed, with exit code 0', async () => {
      expect(outcome).toMatchObject({ code: 0, stdout: expect.stringContaining('completed with status: Completed.') })
      const shown = await lateen('backup get full', bucket.env)
      expect(shown.stdout).toMatch(/^full +Completed +0 +2 /m)
      const record = JSON.parse((await read(bucket, 'backups/full/velero-backup.json')).toString())
      const count = Object.values(await listOf(bucket, 'full')).flat().length
      expect(record.status.progress).toEqual({ totalItems: count, itemsBackedUp: count })
      expect(storedObjects(entries)).toHaveLength(count)
    })

    test.skipIf(noGolden)('stores the objects that Velero 1.18.1 stored', async () => {
      expect(comparable(await listOf(bucket, 'full'), ['nginx-example'])).toEqual(goldenRows('full'))
    })

    test('stores every object in both places, byte for byte the same, and nothing twice', () => {
      const [version, ...objects] = entries
      expect([version?.name, version?.content.toString()]).toEqual(['metadata/version', '1.1.0\n'])
      const byName = new Map(objects.map(({ name, content }) => [name, content.toString('latin1')]))
      expect(byName.size).toBe(objects.length)
      expect(objects).toHaveLength(2 * storedObjects(entries).length)
      for (const [name, content] of byName) {
        const plain = name.replace(/\/v\w+-preferredversion\//, '/')
        expect(byName.get(plain), name).toBe(content)
      }
      expect(new Set(entries.map(({ mode }) => mode))).toEqual(new Set([0o755]))
    })

    test('stores what is in the cluster, to the digit', async () => {
      expect(restless).toEqual(expect.arrayContaining(await compareWithCluster(entries)))
      const sail = storedObjects(entries).find(({ type, name }) => type.startsWith('sails.') && name === 'digits')
      expect(sail?.content.toString()).toMatch(/"max":9223372036854775807.*"odd":9007199254740993/)
    })

    test('warns once of the API that does not answer', async () => {
      const { errors, warnings } = await backupJson<Record<string, { velero?: string[] }>>(
        bucket,
        'full',
        '-results.gz',
      )
      expect(errors).toEqual({})
      const named = warnings?.velero?.filter(warning => warning.includes('v1beta1.metrics.example.com'))
      expect(named).toHaveLength(1)
      expect(outcome.stderr.match(/v1beta1\.metrics\.example\.com/g)).toHaveLength(1)
    })

    test.skipIf(noGolden).each(['volumeinfo', 'itemoperations', 'podvolumebackups', 'volumesnapshots'])(
      'has the same %s as Velero',
      async file => {
        expect(await backupText(bucket, 'full', `-${file}.json.gz`)).toBe(goldenText('full', `-${file}.json.gz`))
      },
    )

    test('has a log that can be read, in lines as Velero writes them', async () => {
      const { code, stdout } = await lateen('backup logs full', bucket.env)
      expect(code).toBe(0)
      expect(stdout).toBe(await backupText(bucket, 'full', '-logs.gz'))
      const lines = stdout.trimEnd().split('\n').map(parseLogLine)
      expect(lines.every(line => line?.fields.backup === 'velero/full')).toBe(true)
      expect(lines.filter(line => line?.level === 'warning')).toHaveLength(2)
    })

    test('can be downloaded as it lies in the bucket', async () => {
      const path = join(await mkdtemp(join(tmpdir(), 'lateen-e2e-')), 'full.tar.gz')
      expect((await lateen(['backup', 'download', 'full', '-o', path], bucket.env)).code).toBe(0)
      expect(await readFile(path)).toEqual(await read(bucket, 'backups/full/full.tar.gz'))
    })

    test('keeps its name: another of the same is refused, and nothing is written', async () => {
      const before = await contents(bucket)
      const { code, stderr } = await lateen('backup create full', bucket.env)
      expect([code, stderr]).toEqual([2, expect.stringContaining('backups.velero.io "full" already exists\n')])
      expect(await contents(bucket)).toEqual(before)
    })
  })

  describe('with filters', () => {
    let bucket: TestBucket
    beforeAll(async () => {
      bucket = await newBucket()
    })
    afterAll(() => bucket.store.close())

    async function create(name: string, flags: string): Promise<string[]> {
      expect(await lateen(`backup create ${name} --wait ${flags}`, bucket.env)).toMatchObject({ code: 0 })
      return comparable(await listOf(bucket, name))
    }

    test('--include-cluster-resources=true adds all cluster-scoped objects that there are', async () => {
      await create('cluster', '--include-cluster-resources=true')
      const entries = await archiveOf(bucket, 'cluster')
      expect(restless).toEqual(expect.arrayContaining(await compareWithCluster(entries)))
      const verbs = ['list', 'create', 'get', 'delete']
      const { resources } = await discover(transport)
      const kinds = resources.filter(r => !r.namespaced && verbs.every(verb => r.verbs.includes(verb)))
      const live = await Promise.all(
        kinds.map(async kind => {
          const type = kind.group ? `${kind.name}.${kind.group}` : kind.name
          return (await listAll(transport, kind)).map(({ metadata }) => `${type} ${metadata.name}`)
        }),
      )
      const stored = storedObjects(entries).filter(({ namespace }) => namespace === undefined)
      expect(stored.map(({ type, name }) => `${type} ${name}`).sort()).toEqual(live.flat().sort())
      expect(kinds.length).toBeGreaterThan(25)
      const { warnings } = await backupJson<{ warnings: object }>(bucket, 'cluster', '-results.gz')
      expect(warnings).toEqual({ velero: [expect.stringContaining('v1beta1.metrics.example.com')] })
    })

    test.skipIf(noGolden)('--include-namespaces keeps to one namespace and what it needs', async () => {
      const related = [
        /Namespace shop$/,
        /CustomResourceDefinition sails\./,
        /ClusterRole(Binding)? shop-nodes$/,
        /PriorityClass high$/,
      ]
      const expected = goldenRows('full').filter(
        row => row.includes(' shop/') || related.some(pattern => pattern.test(row)),
      )
      expect(await create('shop', '--include-namespaces shop')).toEqual(expected)
    })

    test.skipIf(noGolden)('--selector stores what Velero 1.18.1 stored', async () => {
      const flags = '--selector app=web --include-cluster-resources=false'
      expect(await create('web-label', flags)).toEqual(goldenRows('web-label'))
      expect(await backupText(bucket, 'web-label', '-volumeinfo.json.gz')).toBe('[]\n')
      expect(restless).toEqual(expect.arrayContaining(await compareWithCluster(await archiveOf(bucket, 'web-label'))))
    })
  })
})
