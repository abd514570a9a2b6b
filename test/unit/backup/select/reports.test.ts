import { describe, expect, test } from 'vitest'
import { selectBackup, specWarnings } from '../../../../lib/backup/select/index.ts'
import type { BackupSpec } from '../../../../lib/velero/types.ts'
import { HARBOR_NAMESPACES, harbor, PLAIN, PLAIN_OLD } from './cluster.ts'

function select(spec: BackupSpec, policy?: Parameters<typeof selectBackup>[3], existing = HARBOR_NAMESPACES) {
  return selectBackup({ ...PLAIN, ...spec }, harbor, existing, policy)
}

const OLD: BackupSpec = { ...PLAIN_OLD, excludedClusterScopedResources: [], excludedNamespaceScopedResources: [] }
const OLD_FLAG = '--include-cluster-resources=true'
const NEW_FLAG = "--include-cluster-scoped-resources='*'"

describe('cluster-scoped kinds that a default left out', () => {
  test.each<[string, BackupSpec, number, string]>([
    ['a plain backup', {}, 28, OLD_FLAG],
    ['one with a selector', { labelSelector: { matchLabels: { a: 'b' } } }, 28, OLD_FLAG],
    ['one with an excluded namespace', { excludedNamespaces: ['velero'] }, 28, OLD_FLAG],
    ['one that excludes a namespaced kind', { excludedNamespaceScopedResources: ['secrets'] }, 28, NEW_FLAG],
    [
      'one with old excludes and an excluded namespace',
      { ...OLD, excludedNamespaces: ['velero'], excludedResources: ['sc'] },
      27,
      OLD_FLAG,
    ],
    [
      'a list with such a kind and an excluded namespace',
      { ...OLD, excludedNamespaces: ['velero'], includedResources: ['deploy', 'sc'] },
      1,
      OLD_FLAG,
    ],
  ])('are reported: %s', (_, spec, kinds, flag) => {
    expect(select(spec).leftOut).toEqual({ kinds, flag })
  })

  test('are reported where a namespace is excluded by its label', () => {
    const labelled = { name: 'x', labels: { 'velero.io/exclude-from-backup': 'true' }, terminating: false }
    const spec = { ...OLD, excludedResources: ['secrets'] }
    expect(select(spec).leftOut).toBeUndefined()
    expect(select(spec, undefined, [...HARBOR_NAMESPACES, labelled]).leftOut).toEqual({ kinds: 28, flag: OLD_FLAG })
  })

  test.each<[string, BackupSpec]>([
    ['namespaces were named', { includedNamespaces: ['shop'] }],
    ['all namespaces were named one by one', { includedNamespaces: HARBOR_NAMESPACES.map(({ name }) => name) }],
    ['namespaced kinds were named', { includedNamespaceScopedResources: ['deploy'] }],
    ['cluster-scoped kinds were named', { includedClusterScopedResources: ['sc'] }],
    ['cluster-scoped kinds were excluded', { excludedClusterScopedResources: ['sc'] }],
    ['includeClusterResources is false', { ...OLD, includeClusterResources: false }],
    ['includeClusterResources is true', { ...OLD, includeClusterResources: true }],
    [
      'only namespaced kinds were named, with an excluded namespace',
      { ...OLD, excludedNamespaces: ['velero'], includedResources: ['deploy'] },
    ],
    ['all were collected', { ...OLD, excludedResources: ['secrets'] }],
  ])('are not reported where %s', (_, spec) => {
    expect(select(spec).leftOut).toBeUndefined()
  })

  test('are not reported where a policy names cluster-scoped kinds', () => {
    expect(select({}, { includedClusterScopedResources: ['sc'] }).leftOut).toBeUndefined()
  })
})

describe('names in resource lists that lead nowhere', () => {
  test('a plain backup has none, though most clusters lack the types that are excluded automatically', () => {
    expect(select({}).findings).toEqual([])
    expect(select({ ...OLD }).findings).toEqual([])
  })

  test('an unknown included name is an error that names field and fix, and can be refused beforehand', () => {
    const selection = select({ ...OLD, includedResources: ['deploy', 'widgets'] })
    expect(selection.unknown.resources).toEqual(['widgets'])
    expect(selection.findings).toEqual([
      {
        level: 'error',
        message: 'spec.includedResources: the cluster has no resource "widgets"',
        error: 'correct the name or take it out of the list; `kubectl api-resources` prints all names',
      },
    ])
  })

  test('the same in the lists by scope', () => {
    const selection = select({ includedClusterScopedResources: ['x'], includedNamespaceScopedResources: ['y'] })
    expect(selection.unknown.resources).toEqual(['y', 'x'])
    expect(selection.findings.map(({ level }) => level)).toEqual(['error', 'error'])
  })

  test('an unknown excluded name is a warning', () => {
    const selection = select({ ...OLD, excludedResources: ['widgets'] })
    expect(selection.unknown.resources).toEqual([])
    expect(selection.findings).toMatchObject([
      { level: 'warning', message: expect.stringContaining('spec.excludedResources') },
    ])
  })

  test("a policy's unknown name is a warning, for it serves more clusters than this one", () => {
    const selection = select({}, { includedClusterScopedResources: ['widgets'] })
    expect(selection.unknown.resources).toEqual([])
    expect(selection.findings).toMatchObject([
      { level: 'warning', message: expect.stringContaining('includeExcludePolicy.') },
    ])
  })

  test('a kind of an API that does not answer is an error with its cause, but not an unknown name', () => {
    const selection = select({ ...OLD, includedResources: ['gauges.metrics.example.com'] })
    expect(selection.unknown.resources).toEqual([])
    expect(selection.findings).toMatchObject([
      { level: 'error', error: 'v1beta1.metrics.example.com: service not found' },
    ])
  })

  test('a kind that the API does not let anybody create is an error that says so', () => {
    expect(select({ ...OLD, includedResources: ['tokenreviews'] }).findings).toMatchObject([
      { level: 'error', message: 'spec.includedResources: resource "tokenreviews" can\'t be backed up' },
    ])
  })

  test('a glob that fits no type is a warning', () => {
    expect(select({ ...OLD, includedResources: ['*.apps', '*.example.org'] }).findings).toEqual([
      { level: 'warning', message: 'spec.includedResources: "*.example.org" matches no resource' },
    ])
  })

  test('a name of the other scope is a warning, which tells if the list is empty without it', () => {
    const messages = (spec: BackupSpec) => select(spec).findings.map(({ level, message }) => `${level}: ${message}`)
    expect(messages({ includedNamespaceScopedResources: ['sc'] })).toEqual([
      'warning: spec.includedNamespaceScopedResources: "sc" is ignored, as it is cluster-scoped; nothing else is in the list, and an empty list includes everything',
    ])
    expect(messages({ excludedClusterScopedResources: ['deploy'] })).toEqual([
      'warning: spec.excludedClusterScopedResources: "deploy" is ignored, as it is namespaced',
    ])
  })
})

describe('what a spec asks for beyond API objects', () => {
  test('nothing: no warning, also where Velero filled in its defaults', () => {
    expect(specWarnings({ ...PLAIN, hooks: {}, snapshotMoveData: false, defaultVolumesToFsBackup: false })).toEqual([])
  })

  test('snapshotVolumes=false asks for nothing', () => {
    expect(specWarnings({ snapshotVolumes: false })).toEqual([])
  })

  test('each wish is one warning with its field', () => {
    const warnings = specWarnings(
      {
        hooks: { resources: [{ name: 'freeze' }] },
        snapshotVolumes: true,
        snapshotMoveData: true,
        defaultVolumesToFsBackup: true,
        volumeSnapshotLocations: ['aws'],
      },
      2,
    )
    expect(warnings.map(warning => warning.split(' is set')[0])).toEqual([
      'spec.hooks',
      'spec.snapshotVolumes',
      'spec.snapshotMoveData',
      'spec.defaultVolumesToFsBackup',
      'spec.volumeSnapshotLocations',
      'volumePolicies of spec.resourcePolicy',
    ])
  })
})
