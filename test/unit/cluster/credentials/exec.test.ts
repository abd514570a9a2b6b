import { chmod, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runExecPlugin } from '../../../../lib/cluster/credentials/exec.ts'
import { parseKubeconfig } from '../../../../lib/cluster/kubeconfig/parse.ts'
import { selectContext } from '../../../../lib/cluster/kubeconfig/select.ts'

/** Runs a plugin that is a script for Node, as the user of a kubeconfig. */
async function run(script: string, exec: Record<string, unknown> = {}) {
  const path = join(await mkdtemp(join(tmpdir(), 'lateen-')), 'plugin.cjs')
  await writeFile(path, script)
  await chmod(path, 0o755)
  const config = {
    clusters: [
      {
        name: 'c',
        cluster: {
          server: 'https://c',
          extensions: [{ name: 'client.authentication.k8s.io/exec', extension: { audience: 'x' } }],
        },
      },
    ],
    users: [
      {
        name: 'u',
        user: {
          exec: {
            apiVersion: 'client.authentication.k8s.io/v1',
            command: process.execPath,
            args: [path, '--a'],
            ...exec,
          },
        },
      },
    ],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
  }
  const selected = selectContext(parseKubeconfig(JSON.stringify(config), 'F'), 'x', 'F')
  if (selected.user.exec === undefined) throw new Error('no exec')
  return runExecPlugin(selected.user.exec, selected, { PATH: process.env.PATH, FROM_US: '1' })
}

const print = (status: string) => `console.log(JSON.stringify({ kind: 'ExecCredential', status: ${status} }))`

test('takes the token and its end', async () => {
  const { identity, expiresAt } = await run(print("{ token: 'abc', expirationTimestamp: '2026-11-22T09:00:00Z' }"))
  expect(identity).toEqual({ headers: { authorization: 'Bearer abc' } })
  expect(expiresAt).toBe(Date.UTC(2026, 10, 22, 9))
})

test('takes a client certificate', async () => {
  const { identity, expiresAt } = await run(print("{ clientCertificateData: 'C', clientKeyData: 'K' }"))
  expect(identity).toEqual({ headers: {}, cert: 'C', key: 'K' })
  expect(expiresAt).toBeUndefined()
})

test('gives the plugin its arguments, its environment and ours, and what it may know of the cluster', async () => {
  const told =
    '{ token: JSON.stringify([process.argv[2], process.env.OWN, process.env.FROM_US, JSON.parse(process.env.KUBERNETES_EXEC_INFO)]) }'
  const { identity } = await run(print(told), { env: [{ name: 'OWN', value: '2' }], provideClusterInfo: true })
  expect(JSON.parse(String(identity.headers.authorization).slice(7))).toEqual([
    '--a',
    '2',
    '1',
    {
      kind: 'ExecCredential',
      apiVersion: 'client.authentication.k8s.io/v1',
      spec: { interactive: false, cluster: { server: 'https://c', config: { audience: 'x' } } },
    },
  ])
})

test.each([
  ['fails', 'console.error("log in first"); process.exit(3)', {}, /failed \(3\): log in first/],
  ['prints something else', 'console.log("hello")', {}, /printed no ExecCredential/],
  ['prints no credential', print('{}'), {}, /printed no ExecCredential/],
  ['needs a terminal', '', { interactiveMode: 'Always' }, /needs a terminal/],
])('a plugin that %s is named with the reason', async (_name, script, exec, message) => {
  await expect(run(script, exec)).rejects.toThrow(message)
})

test('a plugin that is not installed is told with its install hint', async () => {
  await expect(
    run('', { command: 'no-such-plugin-here', installHint: 'Install it from example.com.' }),
  ).rejects.toMatchObject({
    message: expect.stringContaining("no-such-plugin-here can't be run"),
    next: 'Install it from example.com.',
  })
})
