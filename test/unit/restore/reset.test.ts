import { expect, test } from 'vitest'
import { resetObject } from '../../../lib/restore/reset.ts'
import type { KubeObject } from '../../../lib/restore/types.ts'

test('an object loses what its cluster gave it, and keeps finalizers, owners of fields and all else', () => {
  const kept = { name: 'a', namespace: 'n', labels: { l: '1' }, finalizers: ['f'], managedFields: [{ manager: 'm' }] }
  const given = {
    generateName: 'a-',
    selfLink: '/a',
    uid: 'u',
    resourceVersion: '1',
    generation: 2,
    creationTimestamp: 't',
    deletionTimestamp: 't',
    deletionGracePeriodSeconds: 0,
    ownerReferences: [{ uid: 'o' }],
  }
  const object: KubeObject = {
    apiVersion: 'v1',
    kind: 'A',
    metadata: { ...kept, ...given },
    status: { x: 1 },
    spec: { y: 1 },
  }
  resetObject(object)
  expect(object).toEqual({ apiVersion: 'v1', kind: 'A', metadata: kept, spec: { y: 1 } })
})

test.each([undefined, null, 'text', []])('metadata that is %j fails the object in words that name it', metadata => {
  const object = { apiVersion: 'v1', kind: 'A', metadata } as unknown as KubeObject
  expect(() => resetObject(object)).toThrow('metadata not found')
})
