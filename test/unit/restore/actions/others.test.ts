import { describe, expect, test } from 'vitest'
import { act, object } from './items.ts'

const GROUP = 'rbac.authorization.k8s.io'

describe('a secret', () => {
  const token = (name: string, account?: string) =>
    object({
      metadata: {
        name,
        annotations: { 'kubernetes.io/service-account.name': account, 'kubernetes.io/service-account.uid': 'u' },
      },
      type: 'kubernetes.io/service-account-token',
      data: { token: 't', 'ca.crt': 'c', namespace: 'n', extra: 'e' },
    })

  test('that a controller made for an account is left out', () => {
    expect(act('secrets', token('web-token-x7k2p', 'web')).skip).toMatch(/service account web/)
  })

  test.each([
    ['web-token', 'web'],
    ['other-token-x', 'web'],
    ['-token-x', undefined],
  ])('%s that somebody made for account %s gets a new token', (name, account) => {
    const { object: result, skip } = act('secrets', token(name, account))
    expect(skip).toBeUndefined()
    expect(result.data).toEqual({ namespace: 'n', extra: 'e' })
    expect(result.metadata.annotations).not.toHaveProperty(['kubernetes.io/service-account.uid'])
  })

  test('of another type stays as it is', () => {
    const stored = { ...token('web-token-x7k2p', 'web'), type: 'Opaque' }
    expect(act('secrets', stored).object).toEqual(stored)
  })
})

test('a service account loses all references to its tokens, and no other', () => {
  const secrets = ['web-token-a', 'mine', 'web-token-b', 'web-dockercfg-x'].map(name => ({ name }))
  const { object: result } = act('serviceaccounts', object({ secrets, imagePullSecrets: [{ name: 'web-token-x' }] }))
  expect(result.secrets).toEqual([{ name: 'mine' }, { name: 'web-dockercfg-x' }])
  expect(result.imagePullSecrets).toEqual([{ name: 'web-token-x' }])
})

test('a job loses the labels of its uid, and keeps those of its name', () => {
  const labels = { 'controller-uid': 'u', 'batch.kubernetes.io/controller-uid': 'u', 'job-name': 'web' }
  const spec = { selector: { matchLabels: labels }, template: { metadata: { labels } } }
  expect(act('jobs.batch', object({ spec })).object.spec).toEqual({
    selector: { matchLabels: { 'job-name': 'web' } },
    template: { metadata: { labels: { 'job-name': 'web' } } },
  })
})

test('a claim loses what tells of its old volume, and no other annotation', () => {
  const gone = [
    'pv.kubernetes.io/bind-completed',
    'pv.kubernetes.io/bound-by-controller',
    'volume.kubernetes.io/storage-provisioner',
    'volume.beta.kubernetes.io/storage-provisioner',
    'volume.kubernetes.io/selected-node',
    'velero.io/volume-snapshot-name',
    'velero.io/data-upload-name',
  ]
  const annotations = Object.fromEntries([...gone, 'mine'].map(key => [key, 'x']))
  expect(act('persistentvolumeclaims', object({ metadata: { annotations } })).object.metadata.annotations).toEqual({
    mine: 'x',
  })
})

describe('a storage class', () => {
  const storageClasses = new Map([
    ['old', 'new'],
    ['constructor', 'odd'],
  ])

  test.each(['persistentvolumeclaims', 'persistentvolumes'])('of %s is replaced by the map', resource => {
    const named = (storageClassName: string) => object({ spec: { storageClassName } })
    expect(act(resource, named('old'), { storageClasses }).object).toEqual(named('new'))
    expect(act(resource, named('other'), { storageClasses }).object).toEqual(named('other'))
    expect(act(resource, object({ spec: {} }), { storageClasses }).object).toEqual(object({ spec: {} }))
  })

  test('of claim templates is replaced too', () => {
    const templates = (...names: string[]) =>
      object({ spec: { volumeClaimTemplates: names.map(storageClassName => ({ spec: { storageClassName } })) } })
    expect(act('statefulsets.apps', templates('old', 'x'), { storageClasses }).object).toEqual(templates('new', 'x'))
  })

  test('that does not exist fails the object, in words of Velero', () => {
    const storageClassProblem = () => 'storageclasses.storage.k8s.io "new" not found'
    const claim = object({ spec: { storageClassName: 'old' } })
    expect(() => act('persistentvolumeclaims', claim, { storageClasses, storageClassProblem })).toThrow(
      'error getting storage class new from API: storageclasses.storage.k8s.io "new" not found',
    )
  })
})

describe.each(['rolebindings', 'clusterrolebindings'])('the subjects of %s', kind => {
  const subjects = [
    { kind: 'ServiceAccount', name: 'a', namespace: 'shop' },
    { kind: 'ServiceAccount', name: 'system:serviceaccounts:shop', namespace: 'data' },
    { kind: 'User', name: 'system:serviceaccount:shop:a' },
    { kind: 'Group', name: 'system:serviceaccounts:shop' },
    { kind: 'Group', name: 'system:serviceaccounts' },
    { kind: 'User', name: 'shop' },
  ]
  const binding = object({ subjects, roleRef: { name: 'shop' } })

  test('follow the mapping of their namespaces', () => {
    const { object: result } = act(`${kind}.${GROUP}`, binding, { spec: { namespaceMapping: { shop: 'shop2' } } })
    expect(result.roleRef).toEqual({ name: 'shop' })
    expect(result.subjects).toEqual([
      { kind: 'ServiceAccount', name: 'a', namespace: 'shop2' },
      { kind: 'ServiceAccount', name: 'system:serviceaccounts:shop', namespace: 'data' },
      { kind: 'User', name: 'system:serviceaccount:shop2:a' },
      { kind: 'Group', name: 'system:serviceaccounts:shop2' },
      { kind: 'Group', name: 'system:serviceaccounts' },
      { kind: 'User', name: 'shop' },
    ])
  })

  test('stay as they are without a mapping', () => {
    expect(act(`${kind}.${GROUP}`, binding).object).toEqual(binding)
  })
})

describe('an APIService', () => {
  const labels = { 'kube-aggregator.kubernetes.io/automanaged': '' }
  test('that the API server makes is left out, one that somebody made is not', () => {
    expect(act('apiservices.apiregistration.k8s.io', object({ metadata: { labels } })).skip).toMatch(/API server/)
    expect(act('apiservices.apiregistration.k8s.io', object({})).skip).toBeUndefined()
  })
})

test('a DataUpload is left out', () => {
  expect(act('datauploads.velero.io', object({})).skip).toMatch(/data mover/)
})

test.each(['mutating', 'validating'])('%s webhooks with side effects that v1 refuses are taken as without', kind => {
  const resource = `${kind}webhookconfigurations.admissionregistration.k8s.io`
  const configuration = (apiVersion: string, ...sideEffects: (string | undefined)[]) => ({
    ...object({ webhooks: sideEffects.map(value => (value === undefined ? {} : { sideEffects: value })) }),
    apiVersion,
  })
  const stored = ['Some', 'Unknown', undefined, 'NoneOnDryRun', 'None']
  const v1 = 'admissionregistration.k8s.io/v1'
  expect(act(resource, configuration(v1, ...stored)).object).toEqual(
    configuration(v1, 'None', 'None', 'None', 'NoneOnDryRun', 'None'),
  )
  const v1beta1 = configuration('admissionregistration.k8s.io/v1beta1', ...stored)
  expect(act(resource, v1beta1).object).toEqual(v1beta1)
})

describe('a CRD', () => {
  const crd = (spec: object, apiVersion = 'apiextensions.k8s.io/v1') => ({ ...object({ spec }), apiVersion })
  const resource = 'customresourcedefinitions.apiextensions.k8s.io'

  test('that keeps unknown fields says so in the schema of each version', () => {
    const versions = [{ name: 'v1', schema: { openAPIV3Schema: { type: 'object', properties: {} } } }, { name: 'v2' }]
    expect(act(resource, crd({ preserveUnknownFields: true, versions })).object.spec).toEqual({
      versions: [
        {
          name: 'v1',
          schema: {
            openAPIV3Schema: { type: 'object', properties: {}, 'x-kubernetes-preserve-unknown-fields': true },
          },
        },
        { name: 'v2', schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } } },
      ],
    })
  })

  test.each([
    crd({ preserveUnknownFields: false, versions: [{ schema: { openAPIV3Schema: {} } }] }),
    crd({ preserveUnknownFields: true, versions: [{}] }, 'apiextensions.k8s.io/v1beta1'),
  ])('of any other kind stays as it is', stored => {
    expect(act(resource, stored).object).toEqual(stored)
  })
})
