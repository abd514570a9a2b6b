import { gzipSync } from 'node:zlib'
import { beforeEach, describe, expect, it } from 'vitest'
import { documentJson } from '../../../lib/cli/output/document-json.ts'
import { resourceListText } from '../../../lib/cli/output/resource-list-text.ts'
import { describeRestores } from '../../../lib/jobs/describe.ts'
import type { ResourceListing } from '../../../lib/jobs/types-describe.ts'
import type { Backup } from '../../../lib/velero/types.ts'
import { MemoryStore } from '../../helpers/memory-store.ts'
import { putArtifact, putRecord, putRun, reading } from './described.ts'
import { backup, lateen, restore, type World } from './harness.ts'

let store: MemoryStore
beforeEach(() => {
  store = new MemoryStore()
})

const describing = (words: string, world: World = {}) => lateen(words, { jobs: reading(store), ...world })
const text = async (words: string, world: World = {}) => (await describing(words, world)).stdout
const json = async (words: string) => JSON.parse(await text(`${words} -o json`))
const ours = (stdout: string) => stdout.slice(stdout.indexOf('\nLateen:\n') + 1)

const times = { startTimestamp: '2026-11-22T07:00:00Z', completionTimestamp: '2026-11-22T08:01:05Z' }

describe('backup describe', () => {
  it('says right under the phase why a backup failed', async () => {
    await putRecord(store, backup('b', { phase: 'Failed', failureReason: 'the bucket is full' }))
    expect(await text('backup describe b')).toContain(
      '\nPhase:  Failed (run `lateen backup logs b` for more information)\n\nFailure reason:  the bucket is full\n',
    )
    expect((await json('backup describe b')).lateen.failureReason).toBe('the bucket is full')
  })

  it('ends with what Velero does not tell: duration, size, cluster, policy and note', async () => {
    const made = backup('b', { phase: 'Completed', ...times })
    const annotations = { 'lateen.io/cluster': 'prod', 'lateen.io/retention': 'keep-last=3', 'lateen.io/note': 'look' }
    await putRecord(store, { ...made, metadata: { ...made.metadata, annotations } })
    await store.put('backups/b/b.tar.gz', Buffer.alloc(2_500_000))
    const record = store.objects.get('backups/b/velero-backup.json')?.body.length ?? 0
    expect(ours(await text('backup describe b'))).toBe(`Lateen:
  Duration:   1h1m5s
  Size:       2.5 MB in 2 files, archive 2.5 MB
  Cluster:    prod
  Retention:  keep-last=3
  Note:       look
`)
    expect((await json('backup describe b')).lateen).toMatchObject({
      durationSeconds: 3665,
      files: 2,
      bytes: 2_500_000 + record,
      archiveBytes: 2_500_000,
      cluster: 'prod',
      retention: 'keep-last=3',
      note: 'look',
    })
  })

  it('shows how far an unfinished one is, and who works on it', async () => {
    const lease = { owner: 'host-1', expires: '2026-11-22T08:42:00Z', progress: { itemsBackedUp: 3, totalItems: 9 } }
    await putRun(store, backup('b'), { claimed: '2026-11-22T08:41:00Z', lease })
    const stdout = await text('backup describe b')
    expect(stdout).toContain('Estimated total items to be backed up:  9\nItems backed up so far:                 3\n')
    expect(ours(stdout)).toBe(
      'Lateen:\n  Run:      run-b\n  At work:  host-1, until 2026-11-22 08:42:00 +0000 UTC and longer\n',
    )
    expect(ours(await text('backup describe b', { now: '2026-11-22T09:00:00Z' }))).toContain(
      'nobody since 2026-11-22 08:42:00 +0000 UTC; the same command or message goes on with it\n',
    )
    expect((await json('backup describe b')).lateen.run).toMatchObject({ uid: 'run-b', atWork: true, owner: 'host-1' })
  })

  it.each([
    ['which is at work', { expires: '2026-11-22T08:42:00Z' }, ''],
    ['which died', { expires: '2026-11-22T08:30:00Z' }, '`lateen backup delete b` or `lateen gc` goes on with it'],
    [
      'which waits for a lock',
      { expires: '2026-11-22T08:30:00Z', notBefore: '2026-12-01T00:00:00Z' },
      'object lock keeps what is left until 2026-12-01 00:00:00 +0000 UTC',
    ],
  ])('shows a deletion %s', async (_, state, error) => {
    await putRecord(store, backup('b'))
    const intent = {
      name: 'b',
      reason: 'it expired',
      restores: [],
      requested: '2026-11-22T08:00:00Z',
      owner: 'x',
      ...state,
    }
    await store.put('metadata/lateen/deletions/backups/b.json', JSON.stringify(intent))
    const stdout = await text('backup describe b')
    const begin = '\n\nDeletion Attempts:\n  2026-11-22 08:00:00 +0000 UTC: InProgress\n  Reason:  it expired\n'
    expect(stdout).toContain(error === '' ? `${begin}\nLateen:` : `${begin}  Errors:\n    `)
    expect(stdout).toContain(error)
    const [attempt] = (await json('backup describe b')).deletionAttempts.deleteBackupRequests
    expect(attempt).toMatchObject({ phase: 'InProgress', creationTimestamp: '2026-11-22 08:00:00 +0000 UTC' })
    expect(attempt.errors === undefined).toBe(error === '')
  })

  describe('of which files are missing or damaged', () => {
    const counted = {
      phase: 'PartiallyFailed' as const,
      errors: 1,
      warnings: 2,
      backupItemOperationsAttempted: 1,
    }
    const files = [
      'BackupResults',
      'BackupResourceList',
      'BackupVolumeInfos',
      'BackupItemOperations',
      'PodVolumeBackups',
    ]

    it('says so in the words of Velero where they are missing', async () => {
      await putRecord(store, backup('b', counted))
      const { code, stdout } = await describing('backup describe b --details')
      expect(stdout).toContain('\n\nErrors:    1\nWarnings:  2\n\n')
      expect(stdout).toContain('Backup Item Operations:  <error getting operation info: file not found>\n')
      expect(stdout).toContain('Resource List:  <backup resource list not found>\n')
      expect(stdout).toContain('  CSI Snapshots: <none included or not detectable>\n')
      expect(code).toBe(0)
      const document = await json('backup describe b --details')
      expect(document).toMatchObject({ errors: { count: 1 }, warnings: { count: 2 } })
      expect(document.status.errorGettingResourceList).toBe('<backup resource list not found>')
    })

    it.each([
      ['no gzip file', Buffer.from('hello')],
      ['cut off', gzipSync('[1,2,3]').subarray(0, 12)],
      ['no JSON', gzipSync('{"a":')],
      ['another kind of JSON', gzipSync('17')],
    ])('says what is wrong where they are %s, shows the rest and ends with 1', async (_, bytes) => {
      await putRecord(store, backup('b', counted))
      for (const file of files) await putArtifact(store, file, 'b', '')
      for (const key of store.objects.keys()) if (key.endsWith('.gz')) await store.put(key, bytes)
      const { code, stdout, stderr } = await describing('backup describe b --details')
      for (const what of ['errors', 'warnings', 'operation info', 'backup resource list', 'backup volume info'])
        expect(stdout).toMatch(new RegExp(`<error getting ${what}: .+>\n`))
      expect(stdout).toContain('TTL:  0s\n')
      expect([code, stderr]).toEqual([1, ''])
      expect(await describing('backup describe b --details -o json')).toMatchObject({ code: 1, stderr: '' })
    })

    it.each([
      ['BackupResults', { errors: [], warnings: { velero: 3, namespaces: { a: [{}] } } }],
      ['BackupVolumeInfos', [null, 3, { backupMethod: 'CSISnapshot', preserveLocalSnapshot: true }]],
      ['BackupItemOperations', [null, { spec: 1 }, {}]],
      ['PodVolumeBackups', [null, { spec: { pod: {} } }]],
    ])('shows what there is where %s holds something else than Velero writes', async (file, value) => {
      await putRecord(store, backup('b', counted))
      await putArtifact(store, file, 'b', value)
      for (const flags of ['', '--details', '--details -o json', '--details -o yaml'])
        expect(await describing(`backup describe b ${flags}`)).toMatchObject({ code: 0, stderr: '' })
    })
  })

  it('tells native snapshots of a Velero that had no file about all volumes', async () => {
    await putRecord(
      store,
      backup('b', { phase: 'Completed', volumeSnapshotsAttempted: 1, volumeSnapshotsCompleted: 1 }),
    )
    const snapshot = {
      spec: { persistentVolumeName: 'pv1', volumeType: 'gp2', volumeAZ: 'a' },
      status: { providerSnapshotID: 's1' },
    }
    await store.put('backups/b/b-volumesnapshots.json.gz', gzipSync(JSON.stringify([snapshot])))
    expect(await text('backup describe b --details')).toContain(`Backup Volumes:
  Velero-Native Snapshots:
    pv1:
      Snapshot ID:        s1
      Type:               gp2
      Availability Zone:  a
`)
  })

  it('tells CSI snapshots of such a Velero, as far as their claims are known', async () => {
    await putRecord(store, backup('b', { phase: 'Completed', csiVolumeSnapshotsAttempted: 2 }))
    const put = (suffix: string, rows: unknown[]) =>
      store.put(`backups/b/b-${suffix}.json.gz`, gzipSync(JSON.stringify(rows)))
    const content = (name: string) => ({
      metadata: { name },
      spec: { driver: 'ebs' },
      status: { snapshotHandle: `handle-${name}`, restoreSize: 1024 },
    })
    await put('csi-volumesnapshotcontents', [content('c1'), content('c2')])
    const source = { persistentVolumeClaimName: 'data' }
    const status = { boundVolumeSnapshotContentName: 'c1' }
    await put('csi-volumesnapshots', [{ metadata: { namespace: 'db', name: 's1' }, spec: { source }, status }])
    expect(await text('backup describe b')).toContain(
      'CSI Snapshots:\n    db/data:\n      Snapshot: included, specify --details for more information\n    /<PVC name not found>:\n',
    )
    expect(await text('backup describe b --details')).toContain(`    db/data:
      Snapshot:
        Snapshot Content Name: c1
        Storage Snapshot ID: handle-c1
        Snapshot Size (bytes): 1024
        CSI Driver: ebs
`)
  })

  it('groups copies of volumes by how they ended, and by pod', async () => {
    await putRecord(store, backup('b'))
    const copy = (pod: string, volume: string, phase: string, progress = {}) => ({
      spec: { pod: { namespace: 'a', name: pod }, volume, uploaderType: 'kopia' },
      status: { phase, progress, incrementalBytes: phase === 'Completed' ? 5 : 0 },
    })
    await putArtifact(store, 'PodVolumeBackups', 'b', [
      copy('p2', 'z', 'InProgress', { totalBytes: 3, bytesDone: 1 }),
      copy('p2', 'y', 'Completed', { totalBytes: 9 }),
      copy('p1', 'x', 'Completed'),
      copy('p2', 'x', 'Failed'),
    ])
    expect(await text('backup describe b --details')).toContain(`  Pod Volume Backups - kopia:
    Completed:
      a/p1: x (size: 0, incremental size: 5)
      a/p2: y (size: 9, incremental size: 5)
    Failed:
      a/p2: x
    In Progress:
      a/p2: z (33.33%)
`)
    expect(await text('backup describe b')).toContain('    Completed:    2\n    Failed:       1\n    In Progress:  1\n')
  })

  it('of several is a list in JSON and YAML, of one that one, of none an empty list', async () => {
    expect(await json('backup describe')).toEqual({
      apiVersion: 'describe.lateen.io/v1',
      kind: 'BackupDescriptionList',
      items: [],
    })
    await putRecord(store, backup('a'))
    expect(await json('backup describe')).toMatchObject({ kind: 'BackupDescription', metadata: { name: 'a' } })
    await putRecord(store, backup('b'))
    const { items } = await json('backup describe')
    expect(items.map((item: Backup) => item.metadata.name)).toEqual(['a', 'b'])
    const yaml = await text('backup describe -o yaml')
    expect(yaml).toMatch(/^apiVersion: describe\.lateen\.io\/v1\nitems:\n- apiVersion: describe\.lateen\.io\/v1\n/)
    expect(await text('backup describe a -o yaml')).toMatch(
      /^apiVersion: describe\.lateen\.io\/v1\nkind: BackupDescription\n/,
    )
  })

  it('is of those that a selector matches, or of those named, in their order', async () => {
    const labelled = backup('b')
    await putRecord(store, { ...labelled, metadata: { ...labelled.metadata, labels: { team: 'core' } } })
    for (const name of ['a', 'c']) await putRecord(store, backup(name))
    const names = (stdout: string) => [...stdout.matchAll(/^Name: +(.*)$/gm)].map(match => match[1])
    expect(names(await text('backup describe -l team=core'))).toEqual(['b'])
    expect(names(await text('describe backups c a'))).toEqual(['c', 'a'])
    expect(names(await text('describe backup'))).toEqual(['a', 'b', 'c'])
  })

  it('prints nothing where one of those named is not there', async () => {
    await putRecord(store, backup('a'))
    expect(await describing('backup describe a nope')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'An error occurred: backups.velero.io "nope" not found\nList the backups with `lateen backup get`.\n',
    })
  })

  it('names a record that can not be read, describes the others and ends with 1', async () => {
    await putRecord(store, backup('a'))
    await store.put('backups/x/velero-backup.json', '{"kind":')
    const { code, stdout, stderr } = await describing('backup describe')
    expect(code).toBe(1)
    expect(stdout).toMatch(/^Name: +a\n/)
    expect(stderr).toContain('backups/x/velero-backup.json')
  })

  it('refuses formats that it has not', async () => {
    expect((await describing('backup describe -o table')).stderr).toContain(
      "invalid output format 'table'. valid value are 'plaintext, json, yaml'",
    )
  })

  it('shows escape characters and does not obey them, and begins a line for each of a message', async () => {
    await putRecord(store, backup('b', { phase: 'PartiallyFailed', errors: 1 }))
    await putArtifact(store, 'BackupResourceList', 'b', { 'v1/Pod': ['a/\u001b[2J'] })
    await putArtifact(store, 'BackupResults', 'b', { errors: { cluster: ['one\ntwo\u001b'] }, warnings: {} })
    const stdout = await text('backup describe b --details --colorized=true')
    expect(stdout).toContain('    - a/^[[2J\n')
    expect(stdout).toContain('  Cluster:  one\ntwo^[\n')
  })

  it('prints a long list of resources piece by piece', async () => {
    const value: ResourceListing = {
      ...{ kinds: 1, items: 100_000, outcomes: {} },
      async *entries() {
        for (let i = 0; i < 100_000; i++) yield ['v1/ConfigMap', `namespace/config-map-${i}`]
      },
    }
    const text = resourceListText('backup', { is: 'read', value })
    for (const pieces of [text, documentJson({ resourceList: value.entries() })]) {
      const lengths: number[] = []
      for await (const piece of pieces) lengths.push(piece.length)
      expect(lengths.length).toBeGreaterThan(20)
      expect(Math.max(...lengths)).toBeLessThan(100_000)
    }
  })

  it('brings kinds into order that somebody else wrote in another', async () => {
    await putRecord(store, backup('b'))
    await putArtifact(store, 'BackupResourceList', 'b', { 'v1/Pod': ['a/p', 'a/o'], 'apps/v1/Deployment': ['a/d'] })
    expect(await text('backup describe b --details')).toContain(
      'Resource List:\n  apps/v1/Deployment:\n    - a/d\n  v1/Pod:\n    - a/p\n    - a/o\n',
    )
    const { resourceList } = (await json('backup describe b --details')).status
    expect(Object.entries(resourceList)).toEqual([
      ['apps/v1/Deployment', ['a/d']],
      ['v1/Pod', ['a/p', 'a/o']],
    ])
  })
})

describe('restore describe', () => {
  it('tells what became of the objects', async () => {
    await putRecord(store, restore('r', { phase: 'Completed', ...times }))
    const list = { 'v1/Pod': ['a/p(created)', 'a/o(skipped)', 'a/q(created)'] }
    await putArtifact(store, 'RestoreResourceList', 'r', list)
    const stdout = await text('restore describe r')
    expect(ours(stdout)).toMatch(/^Lateen:\n {2}Objects: {3}2 created, 1 skipped\n {2}Duration: {2}1h1m5s\n/)
    expect(stdout).not.toContain('Resource List')
    const document = await json('restore describe r --details')
    expect(document).toMatchObject({
      kind: 'RestoreDescription',
      status: { resourceList: list },
      lateen: { objects: { created: 2, skipped: 1 }, recorded: true },
    })
  })

  it('says what is not known of one that left no record', async () => {
    await putArtifact(store, 'RestoreResults', 'r', { errors: {}, warnings: {} })
    const stdout = await text('restore describe r --details')
    expect(stdout).toContain('\nPhase:  Completed\n\nStarted:    <unknown>\n')
    expect(stdout).toContain('\nRestore PVs:  <unknown>\n')
    expect(stdout).not.toMatch(/auto|New|<n\/a>/)
    expect(await json('restore describe r')).toMatchObject({ spec: {}, lateen: { recorded: false } })
  })

  it('says that it is being deleted, and that its findings are gone', async () => {
    await putRecord(store, restore('r', { phase: 'PartiallyFailed', errors: 1 }))
    const intent = {
      name: 'r',
      reason: 'asked for',
      requested: '2026-11-22T08:00:00Z',
      expires: '2026-11-22T09:00:00Z',
    }
    await store.put('metadata/lateen/deletions/restores/r.json', JSON.stringify(intent))
    const stdout = await text('restore describe r')
    expect(stdout).toContain(
      "\nPhase:  PartiallyFailed (Deleting) (run 'lateen restore logs r' for more information)\n",
    )
    expect(stdout).toContain('<error getting errors: file not found>')
  })

  it('reads where restores from a location are recorded', async () => {
    const config = `locations:
  - { name: main, default: true, provider: aws, objectStorage: { bucket: b } }
  - { name: dr, provider: aws, accessMode: ReadOnly, resultsLocation: main, objectStorage: { bucket: dr } }`
    await putRecord(store, restore('r'))
    const opened: string[] = []
    const open = async ({ name }: { name: string }) => {
      opened.push(name)
      return store
    }
    const jobs: World['jobs'] = {
      ...reading(store),
      describeRestores: (settings, views, options) => describeRestores(settings, views, options, open),
    }
    const files = { '/work/here/lateen.yaml': config }
    await lateen('restore describe r --storage-location dr', { jobs, files, env: { LATEEN_BUCKET: '' } })
    expect(opened).toEqual(['main'])
  })

  it('says that it does not exist as `restore get` does', async () => {
    expect((await describing('describe restore nope')).stderr).toContain('restores.velero.io "nope" not found')
  })
})

describe('colours', () => {
  const coloured = async (words: string, world: World = {}) =>
    (await text(words, world)).includes('\u001b[1mb\u001b[22m')
  beforeEach(() => putRecord(store, backup('b')))

  it('are for terminals, unless NO_COLOR is set', async () => {
    expect(await coloured('backup describe b')).toBe(false)
    expect(await coloured('backup describe b', { stdoutTty: true })).toBe(true)
    expect(await coloured('backup describe b', { stdoutTty: true, env: { NO_COLOR: '1' } })).toBe(false)
  })

  it('are there or not as --colorized says', async () => {
    expect(await coloured('backup describe b --colorized=true', { env: { NO_COLOR: '1' } })).toBe(true)
    expect(await coloured('--colorized=false backup describe b', { stdoutTty: true })).toBe(false)
    expect((await describing('backup describe b --colorized')).stderr).toContain('flag needs an argument: --colorized')
  })
})

it('colours on a terminal are turned off by the client config, and on by a flag all the same', async () => {
  const files = { '/home/ann/.config/lateen/config.json': '{"colorized":"false"}' }
  const store = new MemoryStore()
  await putRecord(store, backup('a'))
  const shown = async (flags: string, given: Record<string, string>) =>
    (await lateen(`backup describe a${flags}`, { jobs: reading(store), stdoutTty: true, files: given })).stdout
  expect(await shown('', {})).toContain('\u001b[')
  expect(await shown('', files)).not.toContain('\u001b[')
  expect(await shown(' --colorized=true', files)).toContain('\u001b[')
})
