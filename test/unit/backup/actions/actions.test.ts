import { describe, expect, test } from 'vitest'
import { backupItemActions, ClusterRoleBindingIndex } from '../../../../lib/backup/actions/index.ts'
import type { ApiResource } from '../../../../lib/cluster/types.ts'
import { context, item, resource } from './items.ts'

const pods = resource('pods')
const definitions = resource('customresourcedefinitions', 'apiextensions.k8s.io')
const classes = resource('volumesnapshotclasses', 'snapshot.storage.k8s.io')

function run(kind: ApiResource, object: unknown, changes = {}, namespace?: string) {
  const [action] = backupItemActions.filter(({ applies }) => applies(kind))
  if (action === undefined) throw new Error(`no action for ${kind.name}`)
  return action.run(item(kind, 'web', object, namespace), context(changes))
}

test('each action has its name and resource from Velero, and its order', () => {
  const kinds = [definitions, pods, resource('persistentvolumeclaims'), resource('serviceaccounts'), classes]
  expect(backupItemActions.map(({ name }) => name)).toEqual([
    'velero.io/crd-remap-version',
    'velero.io/pod',
    'velero.io/pv',
    'velero.io/service-account',
    'velero.io/csi-volumesnapshotclass-backupper',
  ])
  expect(kinds.map(kind => backupItemActions.findIndex(({ applies }) => applies(kind)))).toEqual([0, 1, 2, 3, 4])
  expect(backupItemActions.some(({ applies }) => applies(resource('pods', 'metrics.k8s.io')))).toBe(false)
})

describe('a pod', () => {
  test('brings its PriorityClass and the claims it mounts, each once', () => {
    const mount = (name: string, claimName: string) => ({ name, persistentVolumeClaim: { claimName } })
    const volumes = [mount('a', 'data'), { name: 'b', emptyDir: {} }, mount('c', 'logs'), mount('d', 'data')]
    expect(run(pods, { spec: { priorityClassName: 'high', volumes } }).related).toEqual([
      { group: 'scheduling.k8s.io', resource: 'priorityclasses', name: 'high' },
      { group: '', resource: 'persistentvolumeclaims', namespace: 'shop', name: 'data' },
      { group: '', resource: 'persistentvolumeclaims', namespace: 'shop', name: 'logs' },
    ])
  })

  test('without any of that brings nothing', () => {
    expect(run(pods, { metadata: {}, spec: {} })).toEqual({ related: [], findings: [] })
  })

  test.each([
    ['pre.hook.backup.velero.io/command', '["fsfreeze"]', /a hook before the backup, which was not done$/],
    ['hook.backup.velero.io/command', 'sync', /a hook before the backup, which was not done$/],
    ['post.hook.backup.velero.io/command', 'sync', /a hook after the backup, which was not done$/],
    ['backup.velero.io/backup-volumes', 'data', /a copy of the files in its volumes, which was not done$/],
  ])('that asks for more by %s is stored with one warning that says so', (annotation, value, message) => {
    const { findings } = run(pods, { metadata: { annotations: { [annotation]: value, other: 'x' } } })
    expect(findings).toEqual([
      {
        level: 'warning',
        message: expect.stringMatching(message),
        error: expect.stringContaining('remove the annotation'),
        resource: 'pods',
        namespace: 'shop',
        name: 'web',
      },
    ])
    expect(findings[0]?.message).toContain(annotation)
  })

  test('with an empty annotation asks for nothing', () => {
    expect(run(pods, { metadata: { annotations: { 'backup.velero.io/backup-volumes': '' } } }).findings).toEqual([])
  })
})

describe('a service account', () => {
  const binding = (name: string, role: string, ...subjects: object[]) =>
    Buffer.from(JSON.stringify({ metadata: { name }, subjects, roleRef: { kind: 'ClusterRole', name: role } }))
  const index = new ClusterRoleBindingIndex()
  index.add(binding('b', 'edit', { kind: 'ServiceAccount', namespace: 'shop', name: 'web' }))
  index.add(
    binding('a', 'edit', { kind: 'User', name: 'x' }, { kind: 'ServiceAccount', namespace: 'shop', name: 'web' }),
  )
  index.add(binding('other', 'admin', { kind: 'ServiceAccount', namespace: 'data', name: 'web' }))
  index.add(binding('group', 'view', { kind: 'Group', name: 'system:serviceaccounts' }))
  index.add(Buffer.from('{"metadata":{"name":"nobody"},"roleRef":{"name":"view"}}'))

  test('brings the ClusterRoleBindings that name it, and their roles, each once', () => {
    const rbac = 'rbac.authorization.k8s.io'
    expect(run(resource('serviceaccounts'), {}, { clusterRoleBindings: index }).related).toEqual([
      { group: rbac, resource: 'clusterrolebindings', name: 'a' },
      { group: rbac, resource: 'clusterrolebindings', name: 'b' },
      { group: rbac, resource: 'clusterroles', name: 'edit' },
    ])
  })

  test('that no binding names brings nothing', () => {
    expect(run(resource('serviceaccounts'), {}, { clusterRoleBindings: index }, 'default').related).toEqual([])
  })
})

describe('a CRD', () => {
  const serves = (groupVersion: string, name: string) =>
    groupVersion === 'apiextensions.k8s.io/v1beta1' && name === 'customresourcedefinitions'
  const schema = { openAPIV3Schema: { type: 'object' } }
  const crd = (spec: object, conditions: object[] = []) => ({
    apiVersion: 'apiextensions.k8s.io/v1',
    spec: { versions: [{ name: 'v1', schema }], ...spec },
    status: { conditions },
  })

  test.each<[string, object]>([
    ['a first version without schema', crd({ versions: [{ name: 'v1' }, { name: 'v2', schema }] })],
    [
      'a schema that is not structural',
      crd({}, [{ type: 'Established' }, { type: 'NonStructuralSchema', status: 'False' }]),
    ],
    ['unknown fields kept', crd({ preserveUnknownFields: true })],
  ])('with %s is read as v1beta1 where the cluster serves that, else stored as it is', (_, object) => {
    expect(run(definitions, object, { serves }).refetch).toEqual({ version: 'v1beta1' })
    expect(run(definitions, object)).toEqual({ related: [], findings: [] })
  })

  test('of today is stored as it is', () => {
    expect(run(definitions, crd({}), { serves })).toEqual({ related: [], findings: [] })
    expect(
      run(definitions, { ...crd({ versions: [{}] }), apiVersion: 'apiextensions.k8s.io/v1beta1' }, { serves }),
    ).toEqual({
      related: [],
      findings: [],
    })
  })
})

describe('a VolumeSnapshotClass', () => {
  const annotations = (name?: string, namespace?: string) => ({
    metadata: {
      annotations: {
        'csi.storage.k8s.io/snapshotter-list-secret-name': name,
        'csi.storage.k8s.io/snapshotter-list-secret-namespace': namespace,
      },
    },
  })

  test('brings the secret that its annotations name', () => {
    expect(run(classes, annotations('lister', 'csi')).related).toEqual([
      { group: '', resource: 'secrets', namespace: 'csi', name: 'lister' },
    ])
    expect(run(classes, annotations('lister')).related).toEqual([])
    expect(run(classes, { metadata: {} }).related).toEqual([])
  })
})
