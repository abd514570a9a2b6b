import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readBackupRecord } from '../../../lib/velero/schema.ts'
import { serialiseRecord } from '../../../lib/velero/serialise.ts'
import type { Backup, BackupStorageLocation } from '../../../lib/velero/types.ts'
import { golden, goldenFolders } from './golden.ts'

const backup = (spec: Backup['spec'], status?: Backup['status']): Backup => ({
  kind: 'Backup',
  apiVersion: 'velero.io/v1',
  metadata: { name: 'b', creationTimestamp: '2026-11-22T09:00:00.5+01:00' },
  spec,
  ...(status && { status }),
})

describe('serialiseRecord', () => {
  it('writes what Go writes for a Backup that says nothing', () => {
    expect(serialiseRecord(backup({}))).toBe(
      `{
  "kind": "Backup",
  "apiVersion": "velero.io/v1",
  "metadata": {
    "name": "b",
    "creationTimestamp": "2026-11-22T08:00:00Z"
  },
  "spec": {
    "metadata": {},
    "ttl": "0s",
    "hooks": {},
    "csiSnapshotTimeout": "0s",
    "itemOperationTimeout": "0s"
  },
  "status": {}
}`,
    )
  })

  it('keeps false where Go has a pointer, and leaves out zeros and empty lists', () => {
    const written = JSON.parse(
      serialiseRecord(
        backup(
          { includeClusterResources: false, includedNamespaces: [], labelSelector: {}, orderedResources: {} },
          { warnings: 0, errors: 2, hookStatus: {}, progress: { totalItems: 0 }, validationErrors: [] },
        ),
      ),
    )
    expect(written.spec).toEqual({
      metadata: {},
      labelSelector: {},
      ttl: '0s',
      includeClusterResources: false,
      hooks: {},
      csiSnapshotTimeout: '0s',
      itemOperationTimeout: '0s',
    })
    expect(written.status).toEqual({ errors: 2, progress: {}, hookStatus: {} })
  })

  it('sorts the keys of maps by bytes, even keys that look like numbers, and escapes for HTML as Go does', () => {
    const record = backup({ orderedResources: { b: '<x>&\u2028', a: 'y' }, ttl: '24h' })
    record.metadata.labels = { '\ufb01': '', b: '', '10': '', '9': '', '\u{1f600}': '' }
    const text = serialiseRecord(record)
    expect(text.match(/"(10|9|b|\ufb01|\u{1f600})": ""/gu)).toEqual([
      '"10": ""',
      '"9": ""',
      '"b": ""',
      '"\ufb01": ""',
      '"\u{1f600}": ""',
    ])
    expect(text).toContain(String.raw`"b": "\u003cx\u003e\u0026\u2028"`)
    expect(text).toContain('"ttl": "24h0m0s"')
  })

  it('writes hooks with their timeout always there', () => {
    const text = serialiseRecord(
      backup({ hooks: { resources: [{ name: 'freeze', pre: [{ exec: { command: ['sync'], onError: 'Fail' } }] }] } }),
    )
    expect(JSON.parse(text).spec.hooks.resources).toEqual([
      { name: 'freeze', pre: [{ exec: { command: ['sync'], onError: 'Fail', timeout: '0s' } }] },
    ])
  })

  it("writes a location in the order of Velero's fields", () => {
    const location: BackupStorageLocation = {
      apiVersion: 'velero.io/v1',
      kind: 'BackupStorageLocation',
      metadata: { name: 'default' },
      spec: {
        default: false,
        objectStorage: { prefix: 'p', bucket: 'b' },
        provider: 'aws',
        config: { s3Url: 'http://x', region: 'minio' },
        validationFrequency: '60s',
      },
    }
    expect(JSON.stringify(JSON.parse(serialiseRecord(location)))).toBe(
      '{"kind":"BackupStorageLocation","apiVersion":"velero.io/v1","metadata":{"name":"default","creationTimestamp":null},' +
        '"spec":{"provider":"aws","config":{"region":"minio","s3Url":"http://x"},"objectStorage":{"bucket":"b","prefix":"p"},' +
        '"validationFrequency":"1m0s"},"status":{}}',
    )
  })

  for (const { folder, skip } of goldenFolders('backups')) {
    const promise = folder.endsWith('1.18.1')
      ? 'writes back every velero-backup.json byte for byte'
      : 'keeps every value of each velero-backup.json of Velero 1.6.3'
    it.skipIf(skip)(`${promise}: ${folder}`, () => {
      for (const name of readdirSync(golden(folder, 'backups'))) {
        const text = readFileSync(golden(folder, 'backups', name, 'velero-backup.json'), 'utf8')
        const again = serialiseRecord(readBackupRecord(text))
        if (folder.endsWith('1.18.1')) expect(again).toBe(text)
        else expect(JSON.parse(again)).toMatchObject(JSON.parse(text))
      }
    })
  }
})
