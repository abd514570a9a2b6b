import { describe, expect, test } from 'vitest'
import { selectBackup } from '../../../../lib/backup/select/index.ts'
import type { BackupSpec } from '../../../../lib/velero/types.ts'
import { harbor, PLAIN, PLAIN_OLD } from './cluster.ts'

const plain = { name: 'plain', labels: {}, terminating: false }
const chosen = { name: 'chosen', labels: { team: 'a' }, terminating: false }
const ending = { name: 'ending', labels: { team: 'a' }, terminating: true }
const labelled = { name: 'labelled', labels: { 'velero.io/exclude-from-backup': 'true' }, terminating: false }
const ALL = [plain, chosen, ending]
const byTeam = { labelSelector: { matchLabels: { team: 'a' } } }

/** Names of the Namespace objects stored where nothing, and where something, was collected in each. */
function stored(spec: BackupSpec, existing = ALL) {
  const selection = selectBackup(spec, harbor, existing)
  const names = (hasItems: boolean) =>
    existing.filter(namespace => selection.storesNamespaceObject(namespace, hasItems)).map(({ name }) => name)
  return { empty: names(false), busy: names(true) }
}

describe('which Namespace objects are stored', () => {
  test('of a backup of everything all, also empty ones, but none that is being deleted', () => {
    expect(stored(PLAIN)).toEqual({ empty: ['plain', 'chosen'], busy: ['plain', 'chosen'] })
  })

  test('those included by name', () => {
    expect(stored({ ...PLAIN, includedNamespaces: ['plain'] }).empty).toEqual(['plain'])
  })

  test('with a selector only those that match it or hold something that does', () => {
    expect(stored({ ...PLAIN, ...byTeam })).toEqual({ empty: ['chosen'], busy: ['plain', 'chosen'] })
  })

  test('a match by label counts although the name is excluded', () => {
    expect(stored({ ...PLAIN, ...byTeam, includedNamespaces: ['plain'] }).empty).toEqual(['plain', 'chosen'])
  })

  test('any of several selectors will do', () => {
    const orLabelSelectors = [{ matchLabels: { team: 'b' } }, { matchLabels: { team: 'a' } }]
    expect(stored({ ...PLAIN, orLabelSelectors }).empty).toEqual(['chosen'])
  })

  test('an empty selector is none', () => {
    expect(stored({ ...PLAIN, labelSelector: {} }).empty).toEqual(['plain', 'chosen'])
  })

  test('none with the exclude label, whatever lives in it', () => {
    expect(stored(PLAIN, [...ALL, labelled]).busy).toEqual(['plain', 'chosen'])
  })

  test('a backup of no namespace still has the objects, as cluster-scoped ones', () => {
    expect(stored({ ...PLAIN, includedNamespaces: [''] }).empty).toEqual(['plain', 'chosen'])
  })

  test.each<[string, BackupSpec]>([
    ['includeClusterResources is false', { ...PLAIN_OLD, includeClusterResources: false }],
    ['includedResources does not have them', { ...PLAIN_OLD, includedResources: ['deployments'] }],
    ['excludedResources has them', { includedNamespaces: ['*'], excludedResources: ['ns'] }],
    ['excludedClusterScopedResources has them', { ...PLAIN, excludedClusterScopedResources: ['namespaces'] }],
    ['excludedClusterScopedResources is *', { ...PLAIN, excludedClusterScopedResources: ['*'] }],
  ])('none where %s', (_, spec) => {
    expect(stored(spec)).toEqual({ empty: [], busy: [] })
  })

  test('with old filters they need no includeClusterResources, also in a backup of some namespaces', () => {
    expect(stored({ ...PLAIN_OLD, includedNamespaces: ['plain'] }).empty).toEqual(['plain'])
  })
})
