import { describe, expect, it } from 'vitest'
import { resolveLists, selectionOf } from '../../../lib/restore/selection.ts'
import type { RestoreSpec } from '../../../lib/velero/types-restore.ts'

const SERVED: Record<string, { group: string; name: string }> = {
  cm: { group: '', name: 'configmaps' },
  configmaps: { group: '', name: 'configmaps' },
  deploy: { group: 'apps', name: 'deployments' },
  sails: { group: 'other.example.com', name: 'sails' },
}
const discovery = { resolve: (name: string) => SERVED[name] as never }
const ARCHIVED = [
  'configmaps',
  'secrets',
  'deployments.apps',
  'sails.harbor.example.com',
  'namespaces',
  'persistentvolumes',
]
const select = (spec: RestoreSpec) => selectionOf(spec, resolveLists(spec, discovery, ARCHIVED).lists)

describe('names of kinds', () => {
  it.each([
    ['configmaps', 'configmaps'],
    ['cm', 'configmaps'],
    ['deploy', 'deployments.apps'],
    ['secrets', 'secrets'],
    // What is in the backup is meant, though the cluster serves another kind of that name.
    ['sails', 'sails.harbor.example.com'],
    ['sails.harbor.example.com', 'sails.harbor.example.com'],
    ['*.apps', '*.apps'],
    ['*', '*'],
  ])('%s means %s', (name, resource) => {
    const { lists, unknown } = resolveLists({ includedResources: [name] }, discovery, ARCHIVED)
    expect([lists.included, unknown]).toEqual([[resource], []])
  })

  it('that mean nothing are told, and kept as they are', () => {
    const spec = {
      includedResources: ['masts'],
      excludedResources: ['oars'],
      restoreStatus: { includedResources: ['keels'] },
    }
    expect(resolveLists(spec, discovery, ARCHIVED)).toMatchObject({
      lists: { included: ['masts'], excluded: ['oars'], status: { included: ['keels'], excluded: [] } },
      unknown: ['masts', 'keels'],
      unknownExcludes: ['oars'],
    })
  })
})

describe('what is chosen', () => {
  // velero-restore: includeClusterResources truth table.
  it.each([
    [undefined, [], true, true],
    [undefined, ['*'], true, true],
    [undefined, ['shop'], false, true],
    [true, ['shop'], true, true],
    [false, [], false, false],
  ])('with includeClusterResources %j and namespaces %j: cluster-scoped %j, as another’s need %j', (included, names, chosen, related) => {
    const selection = select({
      includedNamespaces: names,
      ...(included !== undefined && { includeClusterResources: included }),
    })
    expect(selection.selects('persistentvolumes', '')).toBe(chosen)
    expect(selection.allowsRelated('persistentvolumes', '')).toBe(related)
    expect(selection.partial).toBe(!chosen)
  })

  it('is not cluster-scoped where a namespace is excluded', () => {
    expect(select({ excludedNamespaces: ['dark'] }).selects('persistentvolumes', '')).toBe(false)
  })

  it('follows lists, of which excludes win; a glob crosses dots', () => {
    const selection = select({
      includedResources: ['*.apps', 'cm'],
      excludedResources: ['deploy'],
      includedNamespaces: ['sh*'],
    })
    expect(selection.selects('statefulsets.apps', 'shop')).toBe(true)
    expect(selection.selects('configmaps', 'shop')).toBe(true)
    expect(selection.selects('deployments.apps', 'shop')).toBe(false)
    expect(selection.selects('configmaps', 'data')).toBe(false)
    expect(selection.selects('secrets', 'shop')).toBe(false)
    expect(select({ excludedResources: ['*.com'] }).selects('sails.harbor.example.com', 'shop')).toBe(false)
  })

  it('has of Namespace objects those that are included', () => {
    const selection = select({ includedNamespaces: ['shop'], includeClusterResources: true })
    expect(['shop', 'data'].map(name => selection.selects('namespaces', '', name))).toEqual([true, false])
  })

  it('is told by name where no pattern is among them', () => {
    expect(select({ includedNamespaces: ['a', 'b'] }).named).toEqual(['a', 'b'])
    expect(select({ includedNamespaces: ['a', 'b*'] }).named).toBeUndefined()
    expect(select({}).named).toBeUndefined()
  })

  it('matches all labels without a selector, and any of several', () => {
    expect(select({}).matchesLabels(undefined)).toBe(true)
    const either = select({ orLabelSelectors: [{ matchLabels: { a: '1' } }, { matchLabels: { b: '2' } }] })
    expect([{ a: '1' }, { b: '2', c: '3' }, { a: '2' }, undefined].map(labels => either.matchesLabels(labels))).toEqual(
      [true, true, false, false],
    )
  })

  it.each([
    [undefined, false],
    [{}, true],
    [{ includedResources: ['deploy'] }, false],
    [{ includedResources: ['cm'] }, true],
    [{ excludedResources: ['configmaps'] }, false],
  ])('has the status of ConfigMaps with %j: %j', (restoreStatus, expected) => {
    expect(select({ ...(restoreStatus && { restoreStatus }) }).restoresStatus('configmaps')).toBe(expected)
  })
})
