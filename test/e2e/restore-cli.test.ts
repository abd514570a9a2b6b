import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createObject, deleteObject } from '../../lib/cluster/objects.ts'
import type { Transport } from '../../lib/cluster/types.ts'
import { contents, newBucket, read, restoreJson, type TestBucket } from './helpers/bucket.ts'
import { configMaps, type Kind, listAll, namespaces, openCluster, removeNamespaces } from './helpers/cluster.ts'
import { endToEnd } from './helpers/environment.ts'
import { lateen, type Outcome } from './helpers/lateen.ts'

/** A bad request: what is wrong, its words (FOLDER has files, A and B are the backup's namespaces), what the message names, and the exit code where that is not 2. */
type Bad = [what: string, words: string, names: string, code?: number]

const definitions: Kind = { group: 'apiextensions.k8s.io', version: 'v1', name: 'customresourcedefinitions' }

endToEnd('restore create, given what it cannot use', () => {
  const [a, b] = [`bad-a-${process.pid}`, `bad-b-${process.pid}`]
  const group = `bad-${process.pid}.example.com`
  const crates: Kind = { group, version: 'v1', name: 'crates' }
  let transport: Transport
  let bucket: TestBucket
  let folder: string
  beforeAll(async () => {
    transport = await openCluster()
    bucket = await newBucket()
    folder = await mkdtemp(join(tmpdir(), 'lateen-e2e-'))
    for (const name of [a, b]) {
      await createObject(transport, namespaces, undefined, JSON.stringify({ metadata: { name } }))
      await createObject(transport, configMaps, name, JSON.stringify({ metadata: { name: 'lost' } }))
    }
    await defineCrates()
    expect(await lateen(`backup create good --include-namespaces ${a},${b}`, bucket.env)).toMatchObject({ code: 0 })
    expect(await lateen(`restore create taken --from-backup good`, bucket.env)).toMatchObject({ code: 0 })
    for (const namespace of [a, b]) await deleteObject(transport, configMaps, { namespace, name: 'lost' })
    const record = JSON.parse((await read(bucket, 'backups/good/velero-backup.json')).toString())
    const put = (name: string, status: object) =>
      bucket.store.put(
        `backups/${name}/velero-backup.json`,
        JSON.stringify({ ...record, metadata: { ...record.metadata, name }, status: { ...record.status, ...status } }),
      )
    await put('bare', {})
    await put('failed', { phase: 'Failed', failureReason: 'the disk was full' })
    const kubeconfig = await readFile(process.env.KUBECONFIG ?? '', 'utf8')
    const files = {
      'broken.yaml': 'version: [',
      'unknown.yaml': 'version: v1\nresourceModifierRules: [{conditions: {groupResource: pods}, patch: []}]',
      'empty.yaml': 'version: v1',
      'unreachable.yaml': kubeconfig.replace(/(127\.0\.0\.1):\d+/, '$1:1'),
    }
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  })
  afterAll(async () => {
    await removeNamespaces(transport, [a, b])
    await deleteObject(transport, definitions, { name: `crates.${group}` })
    await transport.close()
    await bucket.store.close()
  })

  async function defineCrates(): Promise<void> {
    const definition = {
      metadata: { name: `crates.${group}` },
      spec: {
        group,
        scope: 'Namespaced',
        names: { plural: 'crates', kind: 'Crate' },
        versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
      },
    }
    await createObject(transport, definitions, undefined, JSON.stringify(definition))
    const crate = (name: string) => JSON.stringify({ apiVersion: `${group}/v1`, kind: 'Crate', metadata: { name } })
    await vi.waitFor(() => createObject(transport, crates, a, crate('first')), { timeout: 10_000 })
    await createObject(transport, crates, a, crate('second'))
    await createObject(transport, crates, b, crate('third'))
  }

  /** One sentence for a person, and no stack. */
  function expectRefused({ code, stdout, stderr }: Outcome, exitCode: number, names: string): void {
    const sentence = stderr.slice(stderr.lastIndexOf('An error occurred: '))
    expect(sentence).toMatch(/^An error occurred: /)
    expect(sentence).toContain(names)
    expect(stderr).not.toMatch(/^ +at |defect of lateen/m)
    expect([code, stdout]).toEqual([exitCode, ''])
  }

  const lost = async () =>
    (await Promise.all([a, b].map(namespace => listAll(transport, configMaps, namespace))))
      .flat()
      .some(({ metadata }) => metadata.name === 'lost')

  const source = 'either a backup or schedule must be specified, but not both'
  const bad: Bad[] = [
    ['no backup', 'r', source],
    ['a backup and a schedule', 'r --from-backup good --from-schedule daily', source],
    ['a backup that does not exist', 'r --from-backup god', 'backups.velero.io "god" not found'],
    ['a backup without archive', 'r --from-backup bare', 'backup "bare" has no archive'],
    ['a backup that failed', 'r --from-backup failed', 'backup "failed" is Failed (the disk was full)'],
    ['a schedule without backups', 'r --from-schedule daily', 'No backups found for the schedule daily'],
    ['a name that is taken', 'taken --from-backup good', 'restores.velero.io "taken" already exists'],
    ['a name with capitals', 'A_b --from-backup good', 'metadata.name: Invalid value: "A_b"'],
    ['a namespace that is not in the backup', 'r --from-backup good --include-namespaces shopp', '"shopp"'],
    ['a mapping of such a one', 'r --from-backup good --namespace-mappings shopp:x', '"shopp"'],
    ['a mapping that is none', 'r --from-backup good --namespace-mappings A', '--namespace-mappings'],
    ['two namespaces onto one', 'r --from-backup good --namespace-mappings A:x,B:x', 'namespaceMapping'],
    ['a namespace onto another of the backup', 'r --from-backup good --namespace-mappings A:B', 'namespaceMapping'],
    ['a mapping onto what is no name', 'r --from-backup good --namespace-mappings A:X_y', 'X_y'],
    ['an unknown kind', 'r --from-backup good --include-resources widgets', '"widgets"'],
    ['a kind that is never restored', 'r --from-backup good --include-resources nodes', 'nodes are non-restorable'],
    ['an unknown policy', 'r --from-backup good --existing-resource-policy bogus', 'it accepts only none, update'],
    ['recreate without kinds', 'r --from-backup good --existing-resource-policy recreate', '--recreate-resources'],
    ['two kinds of selectors', 'r --from-backup good -l a=b --or-selector c=d', "'selector' or an 'or-selector'"],
    ['modifiers that are no YAML', 'r --from-backup good --resource-modifier-file FOLDER/broken.yaml', 'broken.yaml'],
    ['modifiers with an unknown field', 'r --from-backup good --resource-modifier-file FOLDER/unknown.yaml', 'patch'],
    ['modifiers without rules', 'r --from-backup good --resource-modifier-file FOLDER/empty.yaml', 'cannot be empty'],
    ['a ConfigMap that does not exist', 'r --from-backup good --resource-modifier-configmap m', 'configmap velero/m'],
    ['a flag that does not exist', 'r --from-backups good', 'Did you mean --from-backup?'],
    ['a cluster that is down', 'r --from-backup good --kubeconfig FOLDER/unreachable.yaml', 'connection refused', 5],
  ]

  test.each(bad)('refuses %s, and writes nothing', async (_, words, names, code = 2) => {
    const before = await contents(bucket)
    const meant = words.replace('FOLDER', folder).replace(/\bA\b/, a).replace(/\bB\b/, b)
    expectRefused(await lateen(['restore', 'create', ...meant.split(' ')], bucket.env), code, names)
    expect(await contents(bucket)).toEqual(before)
    expect(await lost()).toBe(false)
  })

  test.each(['get', 'logs'])('restore %s of an unknown restore says so', async verb => {
    expectRefused(await lateen(['restore', verb, 'unknown'], bucket.env), 2, '"unknown"')
  })

  test('a kind that the cluster lacks is one error, with how many there are; the rest is restored', async () => {
    await deleteObject(transport, definitions, { name: `crates.${group}` })
    await vi.waitFor(
      async () =>
        expect((await listAll(transport, definitions)).map(({ metadata }) => metadata.name)).not.toContain(
          `crates.${group}`,
        ),
      { timeout: 20_000 },
    )
    const outcome = await lateen(
      'restore create lacking --from-backup good --include-cluster-resources=false',
      bucket.env,
    )
    expect(outcome).toMatchObject({ code: 3, stdout: expect.stringContaining('status: PartiallyFailed.') })
    const message = expect.stringMatching(
      new RegExp(String.raw`^the cluster does not serve crates\.${group} .*\(3 objects not restored\)$`),
    )
    expect(await restoreJson(bucket, 'lacking', 'results.gz')).toEqual({ errors: { velero: [message] }, warnings: {} })
    expect(outcome.stderr.match(/does not serve/g)).toHaveLength(1)
    expect(await lost()).toBe(true)
  })
})
