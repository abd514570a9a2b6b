import { describe, expect, it } from 'vitest'
import type { Settings } from '../../../lib/config/types.ts'
import type { Backup } from '../../../lib/velero/types.ts'
import { lateen, resultOf } from './harness.ts'

/** Runs `backup create b1` with flags and answers the manifest that was handed to the job. */
async function sent(flags: string | string[]): Promise<Backup & { settings: Settings }> {
  let received: (Backup & { settings: Settings }) | undefined
  const words = typeof flags === 'string' ? flags.split(' ').filter(Boolean) : flags
  const { stderr } = await lateen(['backup', 'create', 'b1', ...words], {
    jobs: {
      createBackup: async (settings, manifest) => {
        received = { ...manifest, settings }
        return resultOf(manifest, { phase: 'Completed' })
      },
    },
  })
  if (!received) throw new Error(stderr)
  return received
}

const refusal = async (line: string | string[]) => {
  const { code, stdout, stderr } = await lateen(line)
  expect(stdout).toBe('')
  expect(code).toBe(2)
  return stderr
}

describe('backup create', () => {
  it("sends Velero's object for a plain call, with a uid of its own", async () => {
    const { settings, ...manifest } = await sent('')
    expect(manifest).toEqual({
      kind: 'Backup',
      apiVersion: 'velero.io/v1',
      metadata: { name: 'b1', namespace: 'velero', uid: '00000000-0000-4000-8000-000000000001' },
      spec: { includedNamespaces: ['*'] },
    })
    expect(settings.location.spec.objectStorage.bucket).toBe('backups')
  })

  it('takes every filter of Velero', async () => {
    const scoped = await sent([
      ...'--include-namespaces a,b* --exclude-namespaces c --selector app=web --ttl 24h'.split(' '),
      ...'--include-cluster-scoped-resources x,y --exclude-cluster-scoped-resources z'.split(' '),
      ...'--include-namespace-scoped-resources pods --exclude-namespace-scoped-resources secrets'.split(' '),
    ])
    expect(scoped.spec).toEqual({
      includedNamespaces: ['a', 'b*'],
      excludedNamespaces: ['c'],
      labelSelector: { matchLabels: { app: 'web' } },
      ttl: '24h0m0s',
      includedClusterScopedResources: ['x', 'y'],
      excludedClusterScopedResources: ['z'],
      includedNamespaceScopedResources: ['pods'],
      excludedNamespaceScopedResources: ['secrets'],
    })
    const old = await sent([
      ...'--include-resources pods --exclude-resources secrets --include-cluster-resources=false'.split(' '),
      ...['--or-selector', 'app=web or app=db', '--ordered-resources', 'pods=a/x,a/y;persistentvolumes=v'],
    ])
    expect(old.spec).toMatchObject({
      includedResources: ['pods'],
      excludedResources: ['secrets'],
      includeClusterResources: false,
      orLabelSelectors: [{ matchLabels: { app: 'web' } }, { matchLabels: { app: 'db' } }],
      orderedResources: { pods: 'a/x,a/y', persistentvolumes: 'v' },
    })
  })

  it('records what is asked of volumes', async () => {
    const { spec } = await sent(
      '--snapshot-volumes --snapshot-move-data=false --default-volumes-to-fs-backup=true --data-mover m --csi-snapshot-timeout 1m --item-operation-timeout 2h --parallel-files-upload 4 --volume-snapshot-locations a --volume-snapshot-locations b,c --resource-policies-configmap pol',
    )
    expect(spec).toMatchObject({
      snapshotVolumes: true,
      snapshotMoveData: false,
      defaultVolumesToFsBackup: true,
      datamover: 'm',
      csiSnapshotTimeout: '1m0s',
      itemOperationTimeout: '2h0m0s',
      uploaderConfig: { parallelFilesUpload: 4 },
      volumeSnapshotLocations: ['a', 'b', 'c'],
      resourcePolicy: { kind: 'configmap', name: 'pol' },
    })
  })

  it('records the namespace of -n, wherever it stands, or of VELERO_NAMESPACE', async () => {
    expect((await sent('-n backups')).metadata.namespace).toBe('backups')
    const print = { env: { VELERO_NAMESPACE: 'from-env' } }
    expect((await lateen('backup create b -o yaml', print)).stdout).toContain('namespace: from-env\n')
    expect((await lateen('-n flag backup create b -o yaml', print)).stdout).toContain('namespace: flag\n')
  })

  it('with -o prints the object as Velero does, sends nothing and needs no bucket', async () => {
    const { code, stdout } = await lateen(
      [
        ...'create backup b3 --include-namespaces c --ttl 24h --labels x=y --snapshot-volumes=false'.split(' '),
        ...['--ordered-resources', 'pods=ns1/p1,ns1/p2;persistentvolumes=pv1', '-o', 'yaml'],
        ...['--resource-policies-configmap', 'pol'],
      ],
      { env: { LATEEN_BUCKET: '' } },
    )
    expect(code).toBe(0)
    expect(stdout).toBe(`apiVersion: velero.io/v1
kind: Backup
metadata:
  creationTimestamp: null
  labels:
    x: "y"
  name: b3
  namespace: velero
spec:
  csiSnapshotTimeout: 0s
  hooks: {}
  includedNamespaces:
  - c
  itemOperationTimeout: 0s
  metadata: {}
  orderedResources:
    persistentvolumes: pv1
    pods: ns1/p1,ns1/p2
  resourcePolicy:
    apiGroup: null
    kind: configmap
    name: pol
  snapshotVolumes: false
  ttl: 24h0m0s
status: {}

`)
    expect((await lateen('backup create b3 -o table')).stdout).toMatch(/^NAME .*\nb3 +New /)
    expect(JSON.parse((await lateen('backup create b3 -o json')).stdout).metadata.creationTimestamp).toBe(null)
  })

  it.each([
    ['backup create', 'a backup name is required, unless you are creating based on a schedule'],
    ['backup create X_', 'Backup.velero.io "X_" is invalid: metadata.name: Invalid value: "X_": a lowercase RFC 1123'],
    [
      'backup create b --selector a=b --or-selector c=d',
      "either a 'selector' or an 'or-selector' can be specified, but not both",
    ],
    ['backup create b --from-schedule=', 'flag must have a non-empty value: --from-schedule'],
    [
      'backup create b --include-namespaces a,b --exclude-namespaces b,*',
      "[excludes list cannot contain '*', excludes list cannot contain an item in the includes list: b]",
    ],
    ['backup create b --ordered-resources pods', "invalid OrderedResources 'pods'"],
    ['backup create b --labels a/b/c=d', '--labels: invalid key "a/b/c"'],
    ['backup create b --storage-location nope', 'backupstoragelocations.velero.io "nope" not found'],
    ['backup create b --bucket backups', '--bucket: "backups" has no scheme'],
  ])('refuses `%s` before anything is reached', async (line, message) => {
    expect(await refusal(line)).toContain(`An error occurred: ${message}`)
  })
})

it('what would only be shown is refused where Velero’s client refuses it, and an empty format never makes a backup', async () => {
  const mixed = 'backup create b --include-resources pods --include-cluster-scoped-resources nodes -o yaml'
  expect(await lateen(mixed)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('They cannot be used together'),
  })
  const empty = await lateen(['backup', 'create', 'b', '-o', ''])
  expect(empty).toMatchObject({ code: 2, stderr: expect.stringContaining('invalid output format ""') })
})
