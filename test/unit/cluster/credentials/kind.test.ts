import { describe, expect, it } from 'vitest'
import { credentialsKind } from '../../../../lib/cluster/credentials/kind.ts'
import { parseKubeconfig } from '../../../../lib/cluster/kubeconfig/parse.ts'
import { selectContext } from '../../../../lib/cluster/kubeconfig/select.ts'

function kindOf(user: object): string {
  const config = parseKubeconfig(
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'c', cluster: { server: 'https://c' } }],
      users: [{ name: 'u', user }],
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
      'current-context': 'x',
    }),
    'test',
  )
  return credentialsKind(selectContext(config, undefined, 'test').user)
}

describe('the kind of credentials', () => {
  it.each([
    ['none', {}],
    ['token', { token: 'secret' }],
    ['token of the file /t', { tokenFile: '/t', token: 'secret' }],
    ['user and password', { username: 'ann', password: 'secret' }],
    ['client certificate', { 'client-certificate-data': 'c2VjcmV0', 'client-key-data': 'c2VjcmV0' }],
    [
      'exec plugin aws, impersonating bob',
      { as: 'bob', exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'aws', args: ['secret'] } },
    ],
    ['auth-provider oidc', { 'auth-provider': { name: 'oidc', config: { 'id-token': 'secret' } } }],
  ])('is told without the secret: %s', (kind, user) => {
    expect(kindOf(user)).toBe(kind)
  })
})
