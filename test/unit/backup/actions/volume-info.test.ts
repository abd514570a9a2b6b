import { describe, expect, test } from 'vitest'
import { claimMounts, mountedClaims, volumeInfo } from '../../../../lib/backup/actions/index.ts'
import type { BackupSpec } from '../../../../lib/velero/types.ts'

const volume = (spec: object, labels?: object) =>
  Buffer.from(JSON.stringify({ metadata: { name: 'vol', labels }, spec }))
const bound = { claimRef: { namespace: 'shop', name: 'data' }, persistentVolumeReclaimPolicy: 'Retain' }
const pod = (name: string, annotations: object = {}) => ({
  metadata: { name, annotations },
  spec: {
    volumes: [
      { name: 'disk', persistentVolumeClaim: { claimName: 'data' } },
      { name: 'tmp', emptyDir: {} },
    ],
  },
})

const NO_SNAPSHOTTER = 'volumeSnapshot: no applicable volumesnapshotter found;'
const NO_POLICY = 'volumeSnapshot: not satisfy the criteria for VolumePolicy or the legacy snapshot way;'

describe('the entry of a volume', () => {
  test("has Velero's fields in Velero's order", () => {
    expect(JSON.stringify(volumeInfo(volume(bound), claimMounts(pod('db-0'), {}), {}))).toBe(
      '{"pvcName":"data","pvcNamespace":"shop","pvName":"vol","snapshotDataMoved":false,"preserveLocalSnapshot":false,"skipped":true,' +
        `"skippedReason":"podvolume: opted out due to annotation in pod db-0;${NO_SNAPSHOTTER}",` +
        '"pvInfo":{"reclaimPolicy":"Retain","labels":null}}',
    )
  })

  test('of an unclaimed volume has no claim; labels are sorted', () => {
    expect(
      JSON.stringify(volumeInfo(volume({ persistentVolumeReclaimPolicy: 'Delete' }, { b: '1', a: '2' }), [], {})),
    ).toBe(
      '{"pvName":"vol","snapshotDataMoved":false,"preserveLocalSnapshot":false,"skipped":true,' +
        `"skippedReason":"${NO_SNAPSHOTTER}","pvInfo":{"reclaimPolicy":"Delete","labels":{"a":"2","b":"1"}}}`,
    )
  })

  test.each<[string, object[], BackupSpec, string]>([
    ['no pod mounts it', [], {}, NO_SNAPSHOTTER],
    ['snapshots are refused', [], { snapshotVolumes: false }, NO_POLICY],
    ['snapshots are asked for', [], { snapshotVolumes: true }, NO_SNAPSHOTTER],
    [
      'two pods mount it',
      [pod('a'), pod('b')],
      {},
      `podvolume: opted out due to annotation in pod a;${NO_SNAPSHOTTER}`,
    ],
    [
      'a pod asks for a copy of its files',
      [pod('a', { 'backup.velero.io/backup-volumes': 'x,disk' })],
      {},
      `podvolume: asked for, but the contents of volumes are not backed up;${NO_POLICY}`,
    ],
    [
      'the backup asks for a copy of all files',
      [pod('a')],
      { defaultVolumesToFsBackup: true },
      `podvolume: asked for, but the contents of volumes are not backed up;${NO_POLICY}`,
    ],
    [
      'the pod opts out of that',
      [pod('a', { 'backup.velero.io/backup-volumes-excludes': 'disk' })],
      { defaultVolumesToFsBackup: true },
      `podvolume: opted out due to annotation in pod a;${NO_SNAPSHOTTER}`,
    ],
  ])('says why its data was skipped: %s', (_, pods, spec, reason) => {
    const mounts = pods.flatMap(each => claimMounts(each, spec))
    expect(volumeInfo(volume(bound), mounts, spec).skippedReason).toBe(reason)
  })
})

test('the claims of a pod are named once each', () => {
  expect(mountedClaims(pod('a'))).toEqual(['data'])
  expect(mountedClaims({ spec: {} })).toEqual([])
})
