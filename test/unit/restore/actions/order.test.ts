import { expect, test } from 'vitest'
import { comparisonActions, restoreItemActions } from '../../../../lib/restore/actions/index.ts'

test("Velero's actions for API objects run in its order, by its names", () => {
  expect(restoreItemActions.map(({ name }) => name.replace(/^velero\.io\//, ''))).toEqual([
    'admission-webhook-configuration',
    'apiservice',
    'change-image-name',
    'change-storage-class',
    'cluster-role-bindings',
    'crd-preserve-fields',
    'dataupload',
    'init-restore-hook',
    'job',
    'pod',
    'pod-volume-restore',
    'pvc',
    'role-bindings',
    'secret',
    'service',
    'service-account',
  ])
})

test('a live object is not translated a second time before it is compared', () => {
  const left = restoreItemActions.filter(action => !comparisonActions.includes(action))
  expect(left.map(({ name }) => name.replace(/^velero\.io\//, ''))).toEqual([
    'change-image-name',
    'change-storage-class',
    'cluster-role-bindings',
    'init-restore-hook',
    'role-bindings',
  ])
})
