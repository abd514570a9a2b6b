import { describe, expect, it } from 'vitest'
import { defaultRestore, NON_RESTORABLE } from '../../../lib/velero/defaults-restore.ts'
import { readRestoreRecord } from '../../../lib/velero/schema.ts'
import type { Restore, RestoreSpec } from '../../../lib/velero/types-restore.ts'
import { sample, samplesThere, whyNot } from '../cli/samples.ts'

const restore = (spec: RestoreSpec): Restore => ({
  kind: 'Restore',
  apiVersion: 'velero.io/v1',
  metadata: { name: 'r' },
  spec,
})
const defaulted = (spec: RestoreSpec) => defaultRestore(restore(spec)).spec

describe('defaultRestore', () => {
  it('excludes what no restore brings back, each once, after what was excluded already', () => {
    expect(defaulted({ excludedResources: ['secrets', 'events'] }).excludedResources).toEqual([
      'secrets',
      'events',
      'nodes',
      ...NON_RESTORABLE.slice(2),
    ])
  })

  it('fills in the timeout where it is zero or not given, and keeps any other in its canonical form', () => {
    expect(defaulted({}).itemOperationTimeout).toBe('4h0m0s')
    expect(defaulted({ itemOperationTimeout: '0s' }).itemOperationTimeout).toBe('4h0m0s')
    expect(defaulted({ itemOperationTimeout: '90m' }).itemOperationTimeout).toBe('1h30m0s')
  })

  it('leaves everything else, the status too', () => {
    const given = { ...restore({ backupName: 'b', includedNamespaces: [] }), status: { phase: 'InProgress' as const } }
    const { spec, ...rest } = defaultRestore(given)
    expect(rest).toEqual({
      kind: given.kind,
      apiVersion: given.apiVersion,
      metadata: given.metadata,
      status: given.status,
    })
    expect(spec).toMatchObject({ backupName: 'b', includedNamespaces: [] })
  })

  it('changes nothing when applied twice', () => {
    const once = defaultRestore(restore({ excludedResources: ['pods'] }))
    expect(defaultRestore(once)).toEqual(once)
  })

  it.skipIf(!samplesThere)(`gives what stood in a cluster for a request of Velero's command line${whyNot}`, () => {
    const request = { backupName: 'nginx-backup', includedNamespaces: ['*'], hooks: {}, uploaderConfig: {} }
    expect(defaulted(request)).toEqual(readRestoreRecord(sample('get-restore-r-new.json')).spec)
  })
})
