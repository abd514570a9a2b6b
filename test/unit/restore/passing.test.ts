import { expect, it } from 'vitest'
import { ApiError } from '../../../lib/cluster/types.ts'
import { isForbidden, isPassing } from '../../../lib/restore/passing.ts'

const error = (status: number, message: string) => new ApiError(message, { status, reason: 'x' })

it.each([
  [429, 'too many requests'],
  [
    500,
    'Internal error occurred: failed calling webhook "guard.example.com": no endpoints available for service "guard"',
  ],
  [503, 'the server is currently unable to handle the request'],
  [504, 'Timeout: request did not complete within requested timeout'],
  [404, 'the server could not find the requested resource'],
  [404, 'namespaces "shop" not found'],
  [403, 'pods "web" is forbidden: exceeded quota: compute-resources, requested: pods=1'],
  [403, 'pods "web" is forbidden: error looking up service account shop/robot: serviceaccount "robot" not found'],
  [403, 'pods "web" is forbidden: no PriorityClass with name urgent was found'],
  [403, 'configmaps "a" is forbidden: unable to create new content in namespace shop because it is being terminated'],
  [409, 'object is being deleted: configmaps "a" already exists'],
])('%i %s may pass', (status, message) => {
  expect(isPassing(error(status, message))).toBe(true)
})

it.each([
  [400, 'Bad Request'],
  [403, 'secrets is forbidden: User "x" cannot create resource "secrets" in API group "" in the namespace "shop"'],
  [404, 'configmaps "a" not found'],
  [409, 'configmaps "a" already exists'],
  [413, 'Request entity too large: limit is 3145728'],
  [422, 'ConfigMap "A" is invalid: metadata.name: Invalid value'],
  [500, 'etcdserver: request is too large'],
])('%i %s is for good', (status, message) => {
  expect(isPassing(error(status, message))).toBe(false)
})

it('only a missing right to create is one for all objects of a kind', () => {
  const said = (message: string, status = 403) => isForbidden(error(status, message))
  expect(said('secrets is forbidden: User "x" cannot create resource "secrets" in API group ""')).toBe(true)
  expect(said('secrets "a" is forbidden: User "x" cannot get resource "secrets" in API group ""')).toBe(false)
  expect(said('roles "a" is forbidden: user "x" is attempting to grant RBAC permissions not currently held')).toBe(
    false,
  )
  expect(said('cannot create resource', 500)).toBe(false)
})
