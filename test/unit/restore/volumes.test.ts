import { describe, expect, test } from 'vitest'
import { dataFinding } from '../../../lib/restore/data-finding.ts'
import { VOLUME_FILES } from '../../../lib/restore/volume-files.ts'
import { type VolumeRecord, VolumeRecords } from '../../../lib/restore/volume-records.ts'
import { claimAfterPv, unbindVolume, volumeDecision } from '../../../lib/restore/volumes.ts'
import { object } from './actions/items.ts'

const parse = (suffix: string, row: unknown) => VOLUME_FILES.find(([name]) => name === suffix)?.[1](row)
const claim = { namespace: 'shop', name: 'data' }
const pod = { namespace: 'shop', name: 'web-0', volume: 'disk' }
const context = { backupName: 'nightly', restorePVs: undefined, targetNamespace: (source: string) => source }
const volume = (policy: string | undefined, name = 'pv-1') =>
  object({
    metadata: { name },
    spec: { persistentVolumeReclaimPolicy: policy, claimRef: { ...claim, uid: 'u', resourceVersion: '1' } },
  })

const native: VolumeRecord = { method: 'NativeSnapshot', volume: 'pv-1', snapshot: 'snap-1', reader: '' }
const csi: VolumeRecord = {
  method: 'CSISnapshot',
  volume: 'pv-1',
  claim,
  snapshot: 'handle-1',
  reader: 'ebs.csi.aws.com',
}
const files: VolumeRecord = { method: 'PodVolumeBackup', volume: 'pv-1', claim, pod, snapshot: 'k1', reader: 'kopia' }

describe('what a backup writes of contents of volumes', () => {
  const rows: [string, unknown, VolumeRecord | undefined][] = [
    [
      'volumeinfo.json.gz',
      {
        pvName: 'pv-1',
        backupMethod: 'NativeSnapshot',
        nativeSnapshotInfo: { snapshotHandle: 'snap-1', Phase: 'Completed' },
      },
      native,
    ],
    [
      'volumeinfo.json.gz',
      {
        pvcName: 'data',
        pvcNamespace: 'shop',
        pvName: 'pv-1',
        backupMethod: 'CSISnapshot',
        snapshotDataMoved: false,
        csiSnapshotInfo: { snapshotHandle: 'handle-1', driver: 'ebs.csi.aws.com', vscName: 'v' },
      },
      csi,
    ],
    [
      'volumeinfo.json.gz',
      {
        pvcName: 'data',
        pvcNamespace: 'shop',
        pvName: 'pv-1',
        backupMethod: 'CSISnapshot',
        snapshotDataMoved: true,
        snapshotDataMovementInfo: { snapshotHandle: 'k9', uploaderType: 'kopia' },
      },
      { ...csi, snapshot: 'k9', reader: 'kopia', moved: true },
    ],
    [
      'volumeinfo.json.gz',
      {
        pvcName: 'data',
        pvcNamespace: 'shop',
        pvName: 'pv-1',
        backupMethod: 'PodVolumeBackup',
        pvbInfo: {
          snapshotHandle: 'k1',
          uploaderType: 'kopia',
          volumeName: 'disk',
          podName: 'web-0',
          podNamespace: 'shop',
        },
      },
      files,
    ],
    ['volumeinfo.json.gz', { pvName: 'pv-1', skipped: true, snapshotDataMoved: false }, undefined],
    [
      'volumesnapshots.json.gz',
      { spec: { persistentVolumeName: 'pv-1' }, status: { providerSnapshotID: 'snap-1', phase: 'Completed' } },
      native,
    ],
    [
      'volumesnapshots.json.gz',
      { spec: { PersistentVolumeName: 'pv-1' }, status: { phase: 'Failed' } },
      { ...native, snapshot: '' },
    ],
    [
      'podvolumebackups.json.gz',
      {
        metadata: { annotations: { 'velero.io/pvc-name': 'data' } },
        spec: { pod: { namespace: 'shop', name: 'web-0' }, volume: 'disk', uploaderType: 'kopia' },
        status: { snapshotID: 'k1' },
      },
      { ...files, volume: '' },
    ],
    [
      'podvolumebackups.json.gz',
      { spec: { pod: { namespace: 'shop', name: 'web-0' }, volume: 'disk' }, status: { phase: 'Failed' } },
      { method: 'PodVolumeBackup', volume: '', pod, snapshot: '', reader: 'restic' },
    ],
    [
      'csi-volumesnapshots.json.gz',
      {
        metadata: {
          namespace: 'shop',
          name: 'velero-data-x',
          annotations: { 'velero.io/csi-driver-name': 'ebs.csi.aws.com' },
        },
        spec: { source: { persistentVolumeClaimName: 'data' } },
      },
      { ...csi, volume: '', snapshot: 'velero-data-x' },
    ],
  ]
  test.each(rows)('%s: %j', (suffix, row, record) => {
    expect(parse(suffix, row)).toEqual(record)
  })

  test.each(VOLUME_FILES)('%s: rows of any shape do no harm', (_, read) => {
    for (const row of [null, 'x', 7, [], {}, { spec: null }, { backupMethod: 5 }]) expect(read(row)).toBeUndefined()
  })

  test('is found by volume, by claim and by pod; of two records of one volume the first counts', () => {
    const records = new VolumeRecords()
    const emptyDir: VolumeRecord = { method: 'PodVolumeBackup', volume: '', pod, snapshot: 'k2', reader: 'kopia' }
    for (const record of [csi, { ...files, volume: '' }, native, emptyDir, { ...emptyDir, snapshot: 'later' }])
      records.add(record)
    expect(records.ofVolume(volume('Delete'))).toBe(csi)
    expect(records.ofVolume(volume('Delete', 'pv-2'))).toBe(csi)
    expect(records.ofClaim(object({ metadata: { name: 'data' } }))).toBe(csi)
    expect(records.ofClaim(object({ metadata: { name: 'x' }, spec: { volumeName: 'pv-1' } }))).toBe(csi)
    expect(records.ofClaim(object({ metadata: { name: 'x' }, spec: {} }))).toBeUndefined()
    expect(records.ofPod('shop', 'web-0')).toEqual([emptyDir])
    expect(records.ofPod('shop', 'web-1')).toEqual([])
  })
})

test.each<[VolumeRecord | undefined, string | undefined, string]>([
  [undefined, 'Delete', 'provision'],
  [undefined, 'Retain', 'restore'],
  [undefined, undefined, 'restore'],
  [native, 'Retain', 'restore'],
  [native, 'Delete', 'provision'],
  [native, undefined, 'provision'],
  [csi, 'Retain', 'provision'],
  [files, 'Retain', 'provision'],
])('a volume with %j and reclaim policy %s: %s', (record, policy, decision) => {
  expect(volumeDecision(volume(policy), record)).toBe(decision)
})

test('a volume that is restored can be bound by the claim of its name where that now lies', () => {
  const restored = volume('Retain')
  restored.metadata.annotations = {
    'pv.kubernetes.io/bound-by-controller': 'yes',
    'pv.kubernetes.io/provisioned-by': 'x',
  }
  unbindVolume(restored, source => `${source}2`)
  expect(restored.spec).toMatchObject({ claimRef: { namespace: 'shop2', name: 'data' } })
  expect(Object.keys((restored.spec as { claimRef: object }).claimRef)).toEqual(['namespace', 'name'])
  expect(restored.metadata.annotations).toEqual({ 'pv.kubernetes.io/provisioned-by': 'x' })
})

test('a claim asks for a new volume exactly where its own is not restored', () => {
  const bound = () =>
    object({ metadata: { annotations: { 'pv.kubernetes.io/bind-completed': 'yes' } }, spec: { volumeName: 'pv-1' } })
  const after = (decision: Parameters<typeof claimAfterPv>[1]) => {
    const result = bound()
    claimAfterPv(result, decision)
    expect(result.metadata.annotations).toEqual({})
    return result.spec
  }
  expect(after('provision')).toEqual({})
  expect(after('restore')).toEqual({ volumeName: 'pv-1' })
  expect(after(undefined)).toEqual({ volumeName: 'pv-1' })
})

describe('contents that are in the backup and stay there', () => {
  test.each<[VolumeRecord, RegExp[]]>([
    [csi, [/claim shop\/data/, /CSISnapshot handle-1/, /driver ebs\.csi\.aws\.com/, /new, empty volume/, /dataSource/]],
    [
      files,
      [
        /claim shop\/data/,
        /PodVolumeBackup k1/,
        /velero restore create --from-backup nightly --include-namespaces shop /,
        /kopia repository of namespace shop/,
      ],
    ],
    [{ ...csi, moved: true, reader: 'kopia', snapshot: 'k9' }, [/CSISnapshot k9/, /velero restore create/, /kopia/]],
    [native, [/claim shop\/data/, /NativeSnapshot snap-1/, /disk from snapshot snap-1/]],
  ])('are an error that names the claim, the snapshot and the way: %j', (record, parts) => {
    const finding = dataFinding(record, context, 'provision', claim)
    expect(finding).toMatchObject({ level: 'error', namespace: 'shop' })
    for (const part of parts) expect(finding?.message).toMatch(part)
  })

  test('are told where the claim now lies', () => {
    const mapped = { ...context, targetNamespace: () => 'shop2' }
    const finding = dataFinding(files, mapped, 'provision')
    expect(finding?.namespace).toBe('shop2')
    expect(finding?.message).toMatch(/claim shop2\/data .*--include-namespaces shop --namespace-mappings shop:shop2 /)
  })

  test('of a pod’s volume without a claim are told of the pod', () => {
    const { claim: _, ...bare } = files
    expect(dataFinding({ ...bare, volume: '' }, context)?.message).toMatch(
      /^the data of volume disk of pod shop\/web-0 .*; it starts empty\./,
    )
  })

  test('are no matter where nobody wants them', () => {
    expect(dataFinding(csi, { ...context, restorePVs: false }, 'provision')).toBeUndefined()
  })

  test('that the backup failed to get are a warning without a way', () => {
    const finding = dataFinding({ ...files, snapshot: '' }, context, 'provision')
    expect(finding?.level).toBe('warning')
    expect(finding?.message).toBe(
      'the data of claim shop/data is not in the backup, for its PodVolumeBackup failed; the claim gets a new, empty volume',
    )
  })
})
