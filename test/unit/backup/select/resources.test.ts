import { describe, expect, test } from 'vitest'
import { selectBackup } from '../../../../lib/backup/select/index.ts'
import type { BackupSpec } from '../../../../lib/velero/types.ts'
import { discoveryOf, find, HARBOR_NAMESPACES, harbor, PLAIN, PLAIN_OLD } from './cluster.ts'

function select(spec: BackupSpec) {
  return selectBackup({ includedNamespaces: ['*'], ...spec }, harbor, HARBOR_NAMESPACES)
}

const SHOP = { includedNamespaces: ['shop'] }
const KINDS = ['namespaces', 'deployments', 'roles', 'storageclasses', 'clusterroles', 'persistentvolumes']

describe('which types are collected', () => {
  test.each<[string, BackupSpec, string[]]>([
    ['1.18 default: no cluster-scoped ones', PLAIN, ['namespaces', 'deployments', 'roles']],
    ['1.18 default without its automatic excludes, as before: all', {}, KINDS],
    ['includeClusterResources: all', { ...PLAIN_OLD, includeClusterResources: true }, KINDS],
    ['includeClusterResources with one namespace: all', { ...SHOP, includeClusterResources: true }, KINDS],
    ['no includeClusterResources', { ...PLAIN_OLD, includeClusterResources: false }, ['deployments', 'roles']],
    ['old lists, all namespaces', { excludedResources: ['sc'] }, KINDS.filter(kind => kind !== 'storageclasses')],
    ['old lists, one namespace', { ...SHOP, excludedResources: ['deploy'] }, ['namespaces', 'roles']],
    [
      'old lists, one namespace excluded',
      { excludedNamespaces: ['velero'], excludedResources: ['deploy'] },
      ['namespaces', 'roles'],
    ],
    [
      'short names, singulars and groups',
      { includedResources: ['deploy', 'storageclass', 'Roles.rbac.authorization.k8s.io'] },
      ['deployments', 'roles', 'storageclasses'],
    ],
    ['old globs', { includedResources: ['*.rbac.authorization.k8s.io'] }, ['roles', 'clusterroles']],
    ['a list of unknown names collects nothing', { includedResources: ['widgets'] }, []],
    [
      'new: cluster-scoped by name',
      { ...PLAIN, includedClusterScopedResources: ['sc'] },
      ['namespaces', 'deployments', 'roles', 'storageclasses'],
    ],
    ['new: all cluster-scoped', { ...PLAIN, includedClusterScopedResources: ['*'] }, KINDS],
    ['new: all cluster-scoped of one namespace', { ...PLAIN, ...SHOP, includedClusterScopedResources: ['*'] }, KINDS],
    ['new: namespaced by name', { ...PLAIN, includedNamespaceScopedResources: ['roles'] }, ['namespaces', 'roles']],
    ['new: nothing namespaced', { ...PLAIN, excludedNamespaceScopedResources: ['*'] }, ['namespaces']],
    [
      'new: a name of the wrong scope is as if not there',
      { ...PLAIN, includedNamespaceScopedResources: ['sc'] },
      ['namespaces', 'deployments', 'roles'],
    ],
  ])('%s', (_, spec, kinds) => {
    const selection = select(spec)
    expect(KINDS.filter(kind => selection.collects(find(kind)))).toEqual(kinds)
  })

  test('what can not be listed and created is in no backup, even if asked for', () => {
    expect(select({ includeClusterResources: true }).collects(find('componentstatuses'))).toBe(false)
    expect(select({ includedResources: ['bindings'] }).collects(find('bindings'))).toBe(false)
  })
})

describe('types with two doors to the same objects', () => {
  const both = discoveryOf(`
v1: events
extensions/v1beta1: deployments ingresses
events.example.com/v1: events
events.k8s.io/v1: events
apps/v1: deployments`)
  const collected = (spec: BackupSpec) => {
    const selection = selectBackup({ includedNamespaces: ['*'], ...spec }, both, HARBOR_NAMESPACES)
    return both.resources.filter(selection.collects).map(({ group, name }) => `${name}.${group}`)
  }

  test('are collected once, by the group that comes first, extensions being last; other groups are their own', () => {
    expect(collected({})).toEqual(['events.', 'ingresses.extensions', 'events.events.example.com', 'deployments.apps'])
  })

  test('by the second door where the first is excluded', () => {
    expect(collected({ excludedResources: ['events'] })).toContain('events.events.k8s.io')
  })
})

describe('related items', () => {
  const allowed = (spec: BackupSpec, kind: string, namespace?: string) =>
    select(spec).allowsRelated(find(kind), namespace)

  test.each<[string, BackupSpec, string, string | undefined, boolean]>([
    ['the PersistentVolume of a claim in a default backup', PLAIN, 'persistentvolumes', undefined, true],
    ['one in a backup of one namespace', { ...PLAIN, ...SHOP }, 'persistentvolumes', undefined, true],
    ['not if excluded', { ...PLAIN, excludedClusterScopedResources: ['pv'] }, 'persistentvolumes', undefined, false],
    [
      'not if all cluster-scoped types are excluded',
      { ...PLAIN, excludedClusterScopedResources: ['*'] },
      'persistentvolumes',
      undefined,
      false,
    ],
    ['not without includeClusterResources', { includeClusterResources: false }, 'persistentvolumes', undefined, false],
    ['not if the old list lacks it', { includedResources: ['pvc'] }, 'persistentvolumes', undefined, false],
    ['if the old list names it', { ...SHOP, includedResources: ['pv'] }, 'persistentvolumes', undefined, true],
    [
      'though the old list lacks it, with includeClusterResources',
      { includedResources: ['pvc'], includeClusterResources: true },
      'persistentvolumes',
      undefined,
      true,
    ],
    ['a claim in an included namespace', { ...PLAIN, ...SHOP }, 'persistentvolumeclaims', 'shop', true],
    ['a claim in another one', { ...PLAIN, ...SHOP }, 'persistentvolumeclaims', 'data', false],
    [
      'a claim whose type is excluded',
      { ...PLAIN, excludedNamespaceScopedResources: ['persistentvolumeclaims'] },
      'persistentvolumeclaims',
      'shop',
      false,
    ],
    ['a Namespace object, always', { includeClusterResources: false }, 'namespaces', undefined, true],
    ['nothing that can not be backed up', PLAIN, 'tokenreviews', undefined, false],
  ])('%s', (_, spec, kind, namespace, expected) => {
    expect(allowed(spec, kind, namespace)).toBe(expected)
  })

  test.each<[string, BackupSpec, boolean]>([
    ['with a default backup', PLAIN, true],
    ['with a backup of one namespace', { ...PLAIN, ...SHOP }, true],
    ['not where all CRDs are collected anyway', { includeClusterResources: true }, false],
    ['not where CRDs are excluded', { ...PLAIN, excludedClusterScopedResources: ['customresourcedefinitions'] }, false],
    ['not where the list of types has no CRDs', { includedResources: ['sails'] }, false],
    [
      'with a list of types that has them, of one namespace',
      { ...SHOP, includedResources: ['sails', 'customresourcedefinitions'] },
      true,
    ],
  ])('the CRD of a stored custom resource comes along %s', (_, spec, expected) => {
    expect(select(spec).addsCustomResourceDefinitions).toBe(expected)
  })
})

describe('the lists of a resource policy', () => {
  const withPolicy = (spec: BackupSpec, policy: Parameters<typeof selectBackup>[3]) => {
    const selection = selectBackup({ ...PLAIN, ...spec }, harbor, HARBOR_NAMESPACES, policy)
    return KINDS.filter(kind => selection.collects(find(kind)))
  }

  test('add to those of the backup', () => {
    expect(
      withPolicy({}, { includedClusterScopedResources: ['sc'], excludedNamespaceScopedResources: ['roles'] }),
    ).toEqual(['namespaces', 'deployments', 'storageclasses'])
  })

  test('do not touch what the backup decides itself', () => {
    const spec = { includedNamespaceScopedResources: ['deploy', 'roles'], excludedClusterScopedResources: ['sc'] }
    expect(
      withPolicy(spec, { excludedNamespaceScopedResources: ['roles'], includedClusterScopedResources: ['sc'] }),
    ).toEqual(['namespaces', 'deployments', 'roles'])
  })
})

describe('selectors', () => {
  const a = { matchLabels: { app: 'a' } }
  const b = { matchExpressions: [{ key: 'app', operator: 'Exists' as const }] }
  test.each<[string, BackupSpec, unknown]>([
    ['none: one list of everything', {}, [undefined]],
    ['one: one list', { labelSelector: a }, [a]],
    ['several: a list each', { orLabelSelectors: [a, b] }, [a, b]],
    ['an empty one selects everything', { labelSelector: { matchLabels: {} } }, [undefined]],
    ['one empty among several selects everything', { orLabelSelectors: [a, {}] }, [undefined]],
  ])('%s', (_, spec, expected) => {
    expect(select(spec).selectors).toEqual(expected)
  })
})
