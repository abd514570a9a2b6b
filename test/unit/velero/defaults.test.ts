import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { applySourceCluster, defaultBackup } from '../../../lib/velero/defaults.ts'
import { readBackupRecord } from '../../../lib/velero/schema.ts'
import { serialiseRecord } from '../../../lib/velero/serialise.ts'
import type { Backup, BackupSpec } from '../../../lib/velero/types.ts'
import { golden, goldenFolders } from './golden.ts'

const now = new Date('2026-11-22T08:54:00.900Z')
const backup = (spec: BackupSpec): Backup => ({
  kind: 'Backup',
  apiVersion: 'velero.io/v1',
  metadata: { name: 'b', labels: { mine: 'x' }, annotations: { 'lateen.io/cluster': 'prod' } },
  spec,
})
const defaulted = (spec: BackupSpec, options: { ttl?: string; location?: string } = {}) =>
  defaultBackup(backup(spec), { location: 'default', now, ...options })

const VS = 'volumesnapshots.snapshot.storage.k8s.io'
const VSC = 'volumesnapshotcontents.snapshot.storage.k8s.io'

describe('defaultBackup', () => {
  it("fills in what Velero's server fills in", () => {
    const given = backup({})
    const { metadata, spec, status } = defaultBackup(given, { location: 'default', now })
    expect(metadata.labels).toEqual({ mine: 'x', 'velero.io/storage-location': 'default' })
    expect(metadata.annotations).toEqual({ 'lateen.io/cluster': 'prod', 'velero.io/resource-timeout': '10m0s' })
    expect(spec).toMatchObject({
      includedNamespaces: ['*'],
      excludedClusterScopedResources: [VSC],
      excludedNamespaceScopedResources: [VS],
      ttl: '720h0m0s',
      volumeGroupSnapshotLabelKey: 'velero.io/volume-group',
      storageLocation: 'default',
      defaultVolumesToFsBackup: false,
      csiSnapshotTimeout: '10m0s',
      itemOperationTimeout: '4h0m0s',
      snapshotMoveData: false,
    })
    expect(status).toEqual({ version: 1, formatVersion: '1.1.0', expiration: '2026-12-22T08:54:00Z' })
    expect(given).toEqual(backup({}))
  })

  it('keeps what was said, in canonical form, and takes zero for unsaid', () => {
    const { spec, status } = defaulted(
      {
        ttl: '90m',
        csiSnapshotTimeout: '0s',
        itemOperationTimeout: '1h',
        storageLocation: 'other',
        includedNamespaces: ['a'],
      },
      { ttl: '24h' },
    )
    expect(spec).toMatchObject({
      ttl: '1h30m0s',
      csiSnapshotTimeout: '10m0s',
      itemOperationTimeout: '1h0m0s',
      storageLocation: 'other',
      includedNamespaces: ['a'],
    })
    expect(status?.expiration).toBe('2026-11-22T10:24:00Z')
    expect(defaulted({}, { ttl: '24h' }).spec.ttl).toBe('24h0m0s')
  })

  it('gives no expiration to what a policy keeps, unless it says itself how long it stays', () => {
    const kept = { ...backup({}), metadata: { name: 'b', annotations: { 'lateen.io/retention': 'keep-last=3' } } }
    const at = { location: 'default', now }
    for (const { spec, status } of [
      defaultBackup(kept, at),
      defaultBackup({ ...kept, spec: { ttl: '0s' } }, at),
      defaultBackup(backup({}), { ...at, retention: 'keep-last=3' }),
    ]) {
      expect(spec.ttl).toBe('0s')
      expect(status).toEqual({ version: 1, formatVersion: '1.1.0' })
    }
    for (const { spec, status } of [
      defaultBackup({ ...kept, spec: { ttl: '1h' } }, at),
      defaultBackup(backup({ ttl: '1h' }), { ...at, retention: 'keep-last=3' }),
    ]) {
      expect(spec.ttl).toBe('1h0m0s')
      expect(status?.expiration).toBe('2026-11-22T09:54:00Z')
    }
    expect(defaultBackup(defaultBackup(kept, at), at)).toEqual(defaultBackup(kept, at))
  })

  it('shortens the name of the location for its label', () => {
    const label = defaulted({}, { location: 'l'.repeat(70) }).metadata.labels?.['velero.io/storage-location']
    expect(label).toMatch(/^l{57}[0-9a-f]{6}$/)
  })

  it('excludes CSI snapshot objects by the kind of lists in use', () => {
    expect(defaulted({ includeClusterResources: true }).spec).toMatchObject({ excludedResources: [VS, VSC] })
    expect(defaulted({ includedResources: ['pods', VS], excludedResources: ['jobs'] }).spec).toMatchObject({
      includedResources: ['pods'],
      excludedResources: ['jobs', VS, VSC],
    })
    expect(defaulted({ includedClusterScopedResources: [VSC, 'nodes'] }).spec).toMatchObject({
      includedClusterScopedResources: ['nodes'],
      excludedClusterScopedResources: [VSC],
    })
  })

  it('leaves invalid lists as they are', () => {
    const spec = { includedResources: ['a'], excludedResources: ['a'] }
    expect(defaulted(spec).spec).toMatchObject(spec)
  })

  it("never turns a list of nothing but CSI snapshots into 'everything'", () => {
    expect(defaulted({ includedResources: [VS] }).spec.includedResources).toEqual([VS])
  })

  it('takes defaultVolumesToRestic: true for defaultVolumesToFsBackup', () => {
    const { spec } = defaulted({ defaultVolumesToRestic: true, defaultVolumesToFsBackup: false })
    expect(spec).toMatchObject({ defaultVolumesToRestic: true, defaultVolumesToFsBackup: true })
    expect(
      defaulted({ defaultVolumesToRestic: false, defaultVolumesToFsBackup: true }).spec.defaultVolumesToFsBackup,
    ).toBe(true)
  })

  it('changes nothing when applied twice', () => {
    const once = defaulted({ includedResources: ['pods'] })
    expect(defaultBackup(once, { location: 'default', now })).toEqual(once)
  })

  const harbor = goldenFolders('backups').find(({ folder }) => folder === 'harbor-1.18.1')
  it.skipIf(harbor?.skip).each([
    ['full', { includedNamespaces: ['*'] }],
    [
      'web-label',
      { includedNamespaces: ['*'], includeClusterResources: false, labelSelector: { matchLabels: { app: 'web' } } },
    ],
  ])('gives the spec that Velero stored for the same request: %s', (name, request: BackupSpec) => {
    const stored = readBackupRecord(
      readFileSync(golden('harbor-1.18.1', 'backups', name, 'velero-backup.json'), 'utf8'),
    )
    const ours = applySourceCluster(defaulted(request), {
      major: '1',
      minor: '36',
      gitVersion: 'v0.0.0-master+$Format:%H$',
    })
    expect(JSON.parse(serialiseRecord(ours)).spec).toEqual(JSON.parse(serialiseRecord(stored)).spec)
    expect(ours.metadata.annotations).toMatchObject(stored.metadata.annotations ?? {})
  })
})
