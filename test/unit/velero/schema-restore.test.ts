import { describe, expect, it } from 'vitest'
import {
  InvalidManifestError,
  InvalidRecordError,
  parseRestore,
  readRestoreRecord,
} from '../../../lib/velero/schema.ts'

const manifest = (spec: unknown, rest: object = {}) => ({
  apiVersion: 'velero.io/v1',
  kind: 'Restore',
  metadata: { name: 'back' },
  spec,
  ...rest,
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

const everyField = {
  backupName: 'nightly',
  scheduleName: 'daily',
  includedNamespaces: ['shop'],
  excludedNamespaces: ['test'],
  includedResources: ['pods'],
  excludedResources: ['secrets'],
  namespaceMapping: { shop: 'shop-2' },
  labelSelector: { matchLabels: { app: 'web' } },
  orLabelSelectors: [{ matchExpressions: [{ key: 'app', operator: 'In', values: ['web'] }] }],
  restorePVs: false,
  restoreStatus: { includedResources: ['workflows'], excludedResources: ['jobs'] },
  preserveNodePorts: true,
  includeClusterResources: false,
  hooks: {
    resources: [
      {
        name: 'warm',
        includedNamespaces: ['shop'],
        excludedNamespaces: ['test'],
        includedResources: ['pods'],
        excludedResources: ['jobs'],
        labelSelector: { matchLabels: { app: 'db' } },
        postHooks: [
          {
            exec: {
              container: 'db',
              command: ['psql'],
              onError: 'Continue',
              execTimeout: '1m',
              waitTimeout: '2m',
              waitForReady: true,
            },
          },
          {
            init: { initContainers: [{ name: 'a', image: 'b', command: ['c'], env: [{ name: 'd' }] }], timeout: '5m' },
          },
        ],
      },
    ],
  },
  existingResourcePolicy: 'update',
  itemOperationTimeout: '1h',
  resourceModifier: { kind: 'ConfigMap', name: 'modifiers' },
  uploaderConfig: { writeSparseFiles: true, parallelFilesDownload: 4 },
}

describe('parseRestore', () => {
  it('reads every field of 1.18', () => {
    expect(parseRestore(manifest(everyField)).spec).toEqual(everyField)
  })

  it('takes a manifest that kubectl printed, and leaves its status to the run', () => {
    const printed = manifest({ backupName: 'b', hooks: {}, labelSelector: null }, { status: { phase: 'Completed' } })
    expect(parseRestore(printed)).toEqual(manifest({ backupName: 'b', hooks: {} }))
  })

  it("lets a policy through that nobody knows, for validation to name it in Velero's words", () => {
    expect(parseRestore(manifest({ existingResourcePolicy: 'replace' })).spec.existingResourcePolicy).toBe('replace')
  })

  it.each([
    [{ backupname: 'x' }, 'spec: unknown field "backupname", did you mean "backupName"?'],
    [{ includedNamespace: ['x'] }, 'spec: unknown field "includedNamespace", did you mean "includedNamespaces"?'],
    [{ restoreStatus: { included: [] } }, 'spec.restoreStatus: unknown field "included"'],
    [{ namespaceMapping: { a: 1 } }, 'spec.namespaceMapping.a: expected string, got number'],
    [{ namespaceMapping: 'a:b' }, 'spec.namespaceMapping: expected object, got string'],
    [{ itemOperationTimeout: '1d' }, 'spec.itemOperationTimeout: time: unknown unit "d" in duration "1d"'],
    [{ restorePVs: 'false' }, 'spec.restorePVs: expected boolean, got string'],
    [{ resourceModifier: { kind: 'ConfigMap' } }, 'spec.resourceModifier.name: required (string)'],
    [
      { hooks: { resources: [{ name: 'x', postHooks: [{ init: { initContainers: ['busybox'] } }] }] } },
      'spec.hooks.resources[0].postHooks[0].init.initContainers[0]: expected object, got string',
    ],
    [
      { hooks: { resources: [{ name: 'x', postHooks: [{ exec: { command: [] } }] }] } },
      'spec.hooks.resources[0].postHooks[0].exec.command: expected a command, got an empty list',
    ],
    [
      { hooks: { resources: [{ name: 'x', postHooks: [{ exec: { command: ['a'], onError: 'Ignore' } }] }] } },
      'spec.hooks.resources[0].postHooks[0].exec.onError: expected "Continue" or "Fail"',
    ],
    [
      { hooks: { resources: [{ name: 'x', labelSelector: { matchExpressions: [{ key: 'a', operator: 'Is' }] } }] } },
      'spec.hooks.resources[0].labelSelector: matchExpressions[0].operator: Invalid value: "Is": not a valid selector operator',
    ],
  ])('refuses %j, naming the field', (spec, message) => {
    expect(refusal(() => parseRestore(manifest(spec)))).toBe(message)
  })

  it('refuses a Backup', () => {
    expect(refusal(() => parseRestore({ ...manifest({}), kind: 'Backup' }))).toBe('kind: expected "Restore"')
  })
})

describe('readRestoreRecord', () => {
  const record = (spec: unknown, status?: unknown) => JSON.stringify({ ...manifest(spec), status })

  it('reads every field of the status', () => {
    const status = {
      phase: 'PartiallyFailed',
      validationErrors: ['x'],
      warnings: 1,
      errors: 2,
      failureReason: 'y',
      startTimestamp: '2026-11-22T07:41:25Z',
      completionTimestamp: '2026-11-22T07:41:34Z',
      progress: { totalItems: 37, itemsRestored: 36 },
      restoreItemOperationsAttempted: 3,
      restoreItemOperationsCompleted: 2,
      restoreItemOperationsFailed: 1,
      hookStatus: { hooksAttempted: 2, hooksFailed: 1 },
    }
    expect(readRestoreRecord(record({}, status)).status).toEqual(status)
  })

  it("drops what it doesn't know and reads missing strings as empty, as Go does", () => {
    const hooks = { resources: [{ postHooks: [{ exec: {}, later: 1 }] }] }
    expect(readRestoreRecord(record({ hooks, future: true }, { phase: 'Dreaming', x: 1 }))).toEqual({
      ...manifest({ hooks: { resources: [{ name: '', postHooks: [{ exec: { command: [] } }] }] } }),
      status: { phase: 'Dreaming' },
    })
  })

  it('refuses what is no record of a restore', () => {
    expect(refusal(() => readRestoreRecord('{"kind":"Backup"}'))).toMatch(/^kind: expected "Restore"; apiVersion: /)
    expect(refusal(() => readRestoreRecord('{'))).toMatch(/^not JSON: /)
  })
})
