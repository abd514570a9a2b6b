import { describe, expect, it } from 'vitest'
import {
  InvalidManifestError,
  InvalidRecordError,
  parseBackup,
  parseBackupStorageLocation,
  readBackupRecord,
} from '../../../lib/velero/schema.ts'

const manifest = (spec: unknown, metadata: object = {}) => ({
  apiVersion: 'velero.io/v1',
  kind: 'Backup',
  metadata: { name: 'nightly', ...metadata },
  spec,
})

function refusal(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (error instanceof InvalidManifestError || error instanceof InvalidRecordError) return error.message
    throw error
  }
  throw new Error('nothing was refused')
}

describe('parseBackup', () => {
  it('reads a manifest; null and absent fields are the same', () => {
    const spec = { includedNamespaces: ['shop'], ttl: '24h', labelSelector: null, snapshotVolumes: false }
    expect(parseBackup(manifest(spec, { labels: null, annotations: { 'lateen.io/cluster': 'prod' } }))).toEqual({
      kind: 'Backup',
      apiVersion: 'velero.io/v1',
      metadata: { name: 'nightly', annotations: { 'lateen.io/cluster': 'prod' } },
      spec: { includedNamespaces: ['shop'], ttl: '24h', snapshotVolumes: false },
    })
    expect(parseBackup({ apiVersion: 'velero.io/v1', kind: 'Backup', metadata: { name: 'a' } }).spec).toEqual({})
  })

  it('takes what kubectl get printed, and leaves its status to the run', () => {
    const printed = {
      ...manifest({}, { selfLink: '/x', uid: 'u', generation: 3, managedFields: [{ manager: 'velero' }] }),
      status: { phase: 'Completed', errors: 3 },
    }
    const backup = parseBackup(printed)
    expect(backup.status).toBeUndefined()
    expect(backup.metadata).toEqual({
      name: 'nightly',
      uid: 'u',
      generation: 3,
      managedFields: [{ manager: 'velero' }],
    })
  })

  it.each([
    [{ ttl: '30d' }, 'spec.ttl: time: unknown unit "d" in duration "30d"'],
    [{ ttl: 30 }, 'spec.ttl: expected string, got number'],
    [{ includedNamespace: ['a'] }, 'spec: unknown field "includedNamespace", did you mean "includedNamespaces"?'],
    [{ completelyOther: 1 }, 'spec: unknown field "completelyOther"'],
    [{ includedNamespaces: 'a' }, 'spec.includedNamespaces: expected array, got string'],
    [{ includedNamespaces: ['a', 1] }, 'spec.includedNamespaces[1]: expected string, got number'],
    [{ includeClusterResources: 'true' }, 'spec.includeClusterResources: expected boolean, got string'],
    [
      { uploaderConfig: { parallelFilesUpload: 1.5 } },
      'spec.uploaderConfig.parallelFilesUpload: expected int, got number',
    ],
    [{ resourcePolicy: { kind: 'configmap' } }, 'spec.resourcePolicy.name: required (string)'],
    [
      { hooks: { resources: [{ name: 'x', pre: [{ exec: { command: ['a'], onError: 'Ignore' } }] }] } },
      'spec.hooks.resources[0].pre[0].exec.onError: expected "Continue" or "Fail"',
    ],
    [
      { hooks: { resources: [{ name: 'x', pre: [{ exec: { command: [] } }] }] } },
      'spec.hooks.resources[0].pre[0].exec.command: expected a command, got an empty list',
    ],
    [{ hooks: { resources: [{ name: 'x', pre: [{}] }] } }, 'spec.hooks.resources[0].pre[0].exec: required (object)'],
    [
      { labelSelector: { matchExpressions: [{ key: 'a', operator: 'Is' }] } },
      'spec.labelSelector: matchExpressions[0].operator: Invalid value: "Is": not a valid selector operator',
    ],
  ])('refuses %j, naming the field', (spec, message) => {
    expect(refusal(() => parseBackup(manifest(spec)))).toBe(message)
  })

  it('names every field that is wrong, not only the first', () => {
    expect(refusal(() => parseBackup(manifest({ ttl: 1, datamover: 2 })))).toBe(
      'spec.ttl: expected string, got number; spec.datamover: expected string, got number',
    )
  })

  it('refuses names and labels that Kubernetes refuses', () => {
    expect(refusal(() => parseBackup(manifest({}, { name: 'Nightly' })))).toMatch(
      /^metadata.name: a lowercase RFC 1123/,
    )
    expect(refusal(() => parseBackup(manifest({}, { labels: { a: 'b c' } })))).toMatch(
      /^metadata.labels: "b c": a valid label/,
    )
  })

  it.each([
    [{ ...manifest({}), kind: 'Restore' }, 'kind: expected "Backup"'],
    [{ ...manifest({}), apiVersion: 'v1' }, 'apiVersion: expected "velero.io/v1"'],
    [{ ...manifest({}), specs: {} }, 'unknown field "specs", did you mean "spec"?'],
    ['text', 'expected object, got string'],
    [undefined, 'required (object)'],
  ])('refuses what is no Backup: %j', (input, message) => {
    expect(refusal(() => parseBackup(input))).toBe(message)
  })
})

describe('readBackupRecord', () => {
  const record = (extra: object) => JSON.stringify({ ...manifest({}), ...extra })

  it("drops fields it doesn't know, in any struct, and takes phases of any kind", () => {
    const read = readBackupRecord(
      record({
        spec: { ttl: '1h', future: true, Ttl: '2h' },
        status: { phase: 'Dreaming', hookStatus: { x: 1 } },
        extra: 1,
      }),
    )
    expect(read.spec).toEqual({ ttl: '1h' })
    expect(read.status).toEqual({ phase: 'Dreaming', hookStatus: {} })
    expect(Object.keys(read)).toEqual(['kind', 'apiVersion', 'metadata', 'spec', 'status'])
  })

  it('reads a missing string as empty, as Go does', () => {
    const spec = { hooks: { resources: [{ pre: [{ exec: {} }, {}] }] }, resourcePolicy: { name: 'p' } }
    expect(readBackupRecord(record({ spec })).spec).toEqual({
      hooks: { resources: [{ name: '', pre: [{ exec: { command: [] } }, {}] }] },
      resourcePolicy: { kind: '', name: 'p' },
    })
  })

  it('takes names and words that it would refuse from a person', () => {
    const spec = { labelSelector: { matchExpressions: [{ key: 'a', operator: 'Is' }] } }
    expect(
      readBackupRecord(record({ metadata: { name: 'Old_Name', creationTimestamp: null }, spec })).metadata,
    ).toEqual({
      name: 'Old_Name',
    })
  })

  it.each([
    ['kind: Backup', /^not JSON: /],
    ['{}', /^kind: expected "Backup"; apiVersion: expected "velero.io\/v1"; metadata: required \(object\)$/],
    [record({ spec: { ttl: '1d' } }), /^spec.ttl: time: unknown unit "d"/],
    [record({ metadata: { name: '' } }), /^metadata.name: must not be empty$/],
    [record({ status: { expiration: 'soon' } }), /^status.expiration: expected a time such as .*, got "soon"$/],
  ])('refuses %s', (json, message) => {
    expect(refusal(() => readBackupRecord(json))).toMatch(message)
  })
})

describe('parseBackupStorageLocation', () => {
  const location = (spec: unknown) => ({
    apiVersion: 'velero.io/v1',
    kind: 'BackupStorageLocation',
    metadata: { name: 'default' },
    spec,
  })

  it('reads a location', () => {
    const spec = {
      provider: 'aws',
      objectStorage: { bucket: 'b', prefix: 'p', caCert: 'AAAA' },
      config: { region: 'eu-central-1' },
      accessMode: 'ReadOnly',
      backupSyncPeriod: '2m0s',
    }
    expect(parseBackupStorageLocation(location(spec)).spec).toEqual(spec)
  })

  it.each([
    [{ provider: 'aws' }, 'spec.objectStorage: required (object)'],
    [
      { provider: 'aws', objectStorage: { buckt: 'b', bucket: 'b' } },
      'spec.objectStorage: unknown field "buckt", did you mean "bucket"?',
    ],
    [
      { provider: 'aws', objectStorage: { bucket: 'b' }, accessMode: 'readonly' },
      'spec.accessMode: expected "ReadOnly" or "ReadWrite"',
    ],
    [
      { provider: 'aws', objectStorage: { bucket: 'b', caCert: '-----BEGIN' } },
      'spec.objectStorage.caCert: expected a PEM certificate in base64',
    ],
    [
      { provider: 'aws', objectStorage: { bucket: 'b' }, config: { s3ForcePathStyle: true } },
      'spec.config.s3ForcePathStyle: expected string, got boolean',
    ],
  ])('refuses %j', (spec, message) => {
    expect(refusal(() => parseBackupStorageLocation(location(spec)))).toBe(message)
  })
})
