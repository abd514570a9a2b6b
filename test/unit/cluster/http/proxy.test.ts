import { expect, test } from 'vitest'
import { proxyFromEnvironment } from '../../../../lib/cluster/http/proxy.ts'

const env = { HTTPS_PROXY: 'http://proxy:3128', HTTP_PROXY: 'http://plain:3128' }

test.each([
  ['https://api.example.com:6443', env, 'http://proxy:3128'],
  ['http://api.example.com', env, 'http://plain:3128'],
  ['https://api.example.com', { https_proxy: 'proxy:3128' }, 'http://proxy:3128'],
  ['https://127.0.0.1:6443', env, undefined],
  ['https://localhost', env, undefined],
  ['https://[::1]:6443', env, undefined],
  ['https://api.example.com', {}, undefined],
  ['https://api.example.com', { ...env, NO_PROXY: '*' }, undefined],
  ['https://api.example.com', { ...env, NO_PROXY: 'other, example.com' }, undefined],
  ['https://api.example.com', { ...env, no_proxy: '.example.com' }, undefined],
  ['https://example.company', { ...env, NO_PROXY: 'example.com' }, 'http://proxy:3128'],
  ['https://api.example.com:6443', { ...env, NO_PROXY: 'api.example.com:6443' }, undefined],
  ['https://api.example.com:6443', { ...env, NO_PROXY: 'api.example.com:443' }, 'http://proxy:3128'],
  ['https://10.1.2.3', { ...env, NO_PROXY: '10.0.0.0/8' }, undefined],
  ['https://11.1.2.3', { ...env, NO_PROXY: '10.0.0.0/8' }, 'http://proxy:3128'],
  ['https://[fd00::1]:443', { ...env, NO_PROXY: 'fd00::1' }, undefined],
  ['https://[fd00::1]:443', { ...env, NO_PROXY: 'fd00::/8' }, undefined],
])('%s with %j goes by %s', (server, environment, proxy) => {
  expect(proxyFromEnvironment(server, environment)).toBe(proxy)
})
