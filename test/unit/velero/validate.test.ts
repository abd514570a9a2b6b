import { describe, expect, it } from 'vitest'
import { defaultBackup } from '../../../lib/velero/defaults.ts'
import type { Backup, BackupSpec } from '../../../lib/velero/types.ts'
import { validateBackup } from '../../../lib/velero/validate.ts'

const backup = (spec: BackupSpec): Backup => ({
  kind: 'Backup',
  apiVersion: 'velero.io/v1',
  metadata: { name: 'b' },
  spec,
})
const location = { name: 'default', accessMode: 'ReadWrite' as const }
const LONE = "list must either contain '*' only, or a non-empty list of items"
const OLD = 'include-resources, exclude-resources and include-cluster-resources are old filter parameters.'

const cases: [BackupSpec, string[]][] = [
  [{}, []],
  [{ includedNamespaces: ['app-*', ''], includedResources: ['pods', 'deployments.apps'] }, []],
  [{ includedResources: ['*', 'pods'] }, [`Invalid included/excluded resource lists: includes ${LONE}`]],
  [{ excludedResources: ['*'] }, ["Invalid included/excluded resource lists: excludes list cannot contain '*'"]],
  [
    { includedClusterScopedResources: ['nodes'], excludedClusterScopedResources: ['*'] },
    ["Invalid cluster-scoped included/excluded resource lists: when exclude is '*', include cannot have value"],
  ],
  [
    { includedNamespaceScopedResources: ['pods', '*'] },
    [`Invalid namespace-scoped included/excluded resource lists: includes ${LONE}`],
  ],
  [
    { includedNamespaces: ['a'], excludedNamespaces: ['a'] },
    ['Invalid included/excluded namespace lists: excludes list cannot contain an item in the includes list: a'],
  ],
  [
    { includeClusterResources: true, excludedNamespaceScopedResources: ['pods'] },
    [
      `${OLD}\ninclude-cluster-scoped-resources, exclude-cluster-scoped-resources, include-namespace-scoped-resources and exclude-namespace-scoped-resources are new filter parameters.\nThey cannot be used together`,
    ],
  ],
  [
    { labelSelector: {}, orLabelSelectors: [{}] },
    ['encountered labelSelector as well as orLabelSelectors in backup spec, only one can be specified'],
  ],
  [
    { includedResources: ['volumesnapshots.snapshot.storage.k8s.io'] },
    [
      'Invalid included/excluded resource lists: includes list names only what is never collected: volumesnapshots.snapshot.storage.k8s.io, volumesnapshotcontents.snapshot.storage.k8s.io',
    ],
  ],
]

describe('validateBackup', () => {
  it.each(cases)('%j', (spec, errors) => {
    expect(validateBackup(backup(spec), { location })).toEqual(errors)
  })

  it.each(cases)('finds the same after the defaults were filled in: %j', (spec, errors) => {
    const defaulted = defaultBackup(backup(spec), { location: 'default', now: new Date(0) })
    expect(validateBackup(defaulted, { location })).toEqual(errors)
  })

  it('refuses a read-only location', () => {
    expect(validateBackup(backup({}), { location: { name: 'old', accessMode: 'ReadOnly' } })).toEqual([
      "backup can't be created because backup storage location old is currently in read-only mode",
    ])
    expect(validateBackup(backup({}), { location: { name: 'old' } })).toEqual([])
  })

  it('refuses a policy of resources together with the old lists', () => {
    const resourcePolicies = { version: 'v1' as const, includeExcludePolicy: {} }
    expect(validateBackup(backup({ includeClusterResources: false }), { location, resourcePolicies })).toEqual([
      `${OLD}\nThey cannot be used with include-exclude policies.`,
    ])
    expect(validateBackup(backup({}), { location, resourcePolicies })).toEqual([])
  })
})
