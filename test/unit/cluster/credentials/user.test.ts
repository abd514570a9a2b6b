import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { userCredentials } from '../../../../lib/cluster/credentials/user.ts'
import { parseKubeconfig } from '../../../../lib/cluster/kubeconfig/parse.ts'
import { selectContext } from '../../../../lib/cluster/kubeconfig/select.ts'
import { fakeClock } from '../fake-clock.ts'

function credentialsOf(user: unknown, clock = fakeClock()) {
  const config = {
    clusters: [{ name: 'c', cluster: { server: 'https://c' } }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
  }
  return userCredentials(selectContext(parseKubeconfig(JSON.stringify(config), 'F'), 'x', 'F'), {}, clock)
}

const base64 = (text: string) => Buffer.from(text).toString('base64')

test.each([
  ['a token', { token: 't' }, { headers: { authorization: 'Bearer t' } }],
  ['a password', { username: 'u', password: 'p' }, { headers: { authorization: `Basic ${base64('u:p')}` } }],
  [
    'a certificate',
    { 'client-certificate-data': base64('CERT'), 'client-key-data': base64('KEY') },
    { headers: {}, cert: Buffer.from('CERT'), key: Buffer.from('KEY') },
  ],
  ['nothing', {}, { headers: {} }],
  [
    'somebody else to be',
    {
      token: 't',
      as: 'jane',
      'as-uid': '7',
      'as-groups': ['a', 'b'],
      'as-user-extra': { 'Example.com/Scope': ['x', 'y'] },
    },
    {
      headers: {
        authorization: 'Bearer t',
        'impersonate-user': 'jane',
        'impersonate-uid': '7',
        'impersonate-group': ['a', 'b'],
        'impersonate-extra-example.com%2Fscope': ['x', 'y'],
      },
    },
  ],
])('a user with %s', async (_name, user, identity) => {
  expect(await credentialsOf(user).get()).toEqual(identity)
})

test('a token file wins over a token, and is read again as it rotates', async () => {
  const tokenFile = join(await mkdtemp(join(tmpdir(), 'lateen-')), 'token')
  await writeFile(tokenFile, 'one\n')
  const clock = fakeClock()
  const credentials = credentialsOf({ tokenFile, token: 'old' }, clock)
  expect(await credentials.get()).toEqual({ headers: { authorization: 'Bearer one' } })
  await writeFile(tokenFile, 'two\n')
  await clock.advance(60_000)
  expect(await credentials.get()).toEqual({ headers: { authorization: 'Bearer two' } })
})

test('a file that is missing is told with its field', async () => {
  await expect(credentialsOf({ 'client-certificate': '/nowhere/a.pem' }).get()).rejects.toMatchObject({
    message: expect.stringMatching(/client-certificate: ENOENT.*\/nowhere\/a\.pem/),
    next: expect.stringContaining('client-certificate'),
  })
})

test('a provider that kubectl has removed is refused with its successor', () => {
  expect(() => credentialsOf({ 'auth-provider': { name: 'gcp' } })).toThrow(
    expect.objectContaining({
      message: expect.stringContaining('auth-provider "gcp" of user "u" is not supported'),
      next: expect.stringContaining('exec plugin'),
    }),
  )
})
