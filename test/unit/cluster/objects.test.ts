import { expect, test } from 'vitest'
import {
  createObject,
  deleteObject,
  getObject,
  patchObject,
  replaceObject,
  resourcePath,
} from '../../../lib/cluster/objects.ts'
import { fakeTransport } from './fake-api.ts'

const pods = { group: '', version: 'v1', name: 'pods' }
const roles = { group: 'rbac.authorization.k8s.io', version: 'v1', name: 'clusterroles' }

test.each([
  [resourcePath(pods), '/api/v1/pods'],
  [resourcePath(pods, 'shop'), '/api/v1/namespaces/shop/pods'],
  [resourcePath(pods, 'shop', 'web-0', 'status'), '/api/v1/namespaces/shop/pods/web-0/status'],
  [resourcePath(roles, undefined, 'system:node'), '/apis/rbac.authorization.k8s.io/v1/clusterroles/system%3Anode'],
  [resourcePath(roles, undefined, 'a?b#c%'), '/apis/rbac.authorization.k8s.io/v1/clusterroles/a%3Fb%23c%25'],
])('%s', (path, expected) => {
  expect(path).toBe(expected)
})

test('an object is its bytes; one that does not exist is undefined; anything else is an error', async () => {
  const transport = fakeTransport(({ path }) =>
    path.endsWith('/a') ? { kind: 'Pod' } : path.endsWith('/b') ? 404 : 403,
  )
  const target = (name: string) => getObject(transport, pods, { namespace: 'x', name })
  expect((await target('a'))?.toString()).toBe('{"kind":"Pod"}')
  expect(await target('b')).toBeUndefined()
  await expect(target('c')).rejects.toMatchObject({ status: 403 })
})

test('writes go to the right place in the right way', async () => {
  const transport = fakeTransport(() => ({}))
  const target = { namespace: 'x', name: 'a' }
  await createObject(transport, pods, 'x', '{"a":1}')
  await replaceObject(transport, pods, { ...target, subresource: 'status' }, '{"a":2}')
  await replaceObject(transport, pods, target, '{"a":2}', 'me & you')
  await patchObject(transport, pods, target, 'application/merge-patch+json', '{"a":3}')
  expect(transport.requests).toEqual([
    { method: 'POST', path: '/api/v1/namespaces/x/pods', body: '{"a":1}' },
    { method: 'PUT', path: '/api/v1/namespaces/x/pods/a/status', body: '{"a":2}' },
    { method: 'PUT', path: '/api/v1/namespaces/x/pods/a?fieldManager=me%20%26%20you', body: '{"a":2}' },
    {
      method: 'PATCH',
      path: '/api/v1/namespaces/x/pods/a',
      body: '{"a":3}',
      contentType: 'application/merge-patch+json',
    },
  ])
})

test('deletes the object with that uid only, and says whether there was one', async () => {
  const transport = fakeTransport(({ path }) => (path.endsWith('/a') ? {} : 404))
  expect(await deleteObject(transport, pods, { namespace: 'x', name: 'a' }, 'uid-1')).toBe(true)
  expect(await deleteObject(transport, pods, { namespace: 'x', name: 'b' })).toBe(false)
  expect(JSON.parse(String(transport.requests[0]?.body))).toMatchObject({ preconditions: { uid: 'uid-1' } })
})
