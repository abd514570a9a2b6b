import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { expect, test } from 'vitest'
import { loadDefault, loadFile } from '../../../../lib/cluster/kubeconfig/load.ts'
import { parseKubeconfig } from '../../../../lib/cluster/kubeconfig/parse.ts'
import { selectContext } from '../../../../lib/cluster/kubeconfig/select.ts'

const PREFIX = 'error finding Kubernetes API server config in --kubeconfig, $KUBECONFIG, or in-cluster configuration: '

const kubeconfig = (name: string, more = '') => `
apiVersion: v1
kind: Config
clusters: [{name: ${name}, cluster: {server: "https://${name}.example.com"}}]
users: [{name: ${name}, user: {token: t-${name}}}]
contexts: [{name: ${name}, context: {cluster: ${name}, user: ${name}, namespace: shop}}]
${more}`

const folder = () => mkdtemp(join(tmpdir(), 'lateen-'))

async function fileOf(text: string): Promise<string> {
  const path = join(await folder(), 'config')
  await writeFile(path, text)
  return path
}

test('takes the current context, or the one that is asked for', () => {
  const text = `
clusters: [{name: c, cluster: {server: "https://c:6443/"}}, {name: d, cluster: {server: "https://d"}}]
users: [{name: u, user: {token: t}}]
contexts: [{name: one, context: {cluster: c, user: u}}, {name: two, context: {cluster: d, user: u}}]
current-context: one`
  const config = parseKubeconfig(text, 'text')
  expect(selectContext(config, undefined, 'text')).toMatchObject({
    context: 'one',
    cluster: { server: 'https://c:6443' },
  })
  expect(selectContext(config, 'two', 'text')).toMatchObject({ cluster: { server: 'https://d' }, user: { token: 't' } })
})

test.each([
  ['a context that is not there', kubeconfig('a'), 'zz', 'context "zz" does not exist', '--kubecontext: a'],
  ['no current context', kubeconfig('a'), undefined, 'F has no current-context', '--kubecontext: a'],
  ['an empty file', '', undefined, 'F has no current-context', 'Add a context'],
  [
    'a context without its cluster',
    'contexts: [{name: a, context: {cluster: x, user: y}}]',
    'a',
    'cluster "x" of context "a" does not exist',
    'Correct F',
  ],
  [
    'a context without its user',
    `${kubeconfig('a').replace('user: a,', 'user: b,')}`,
    'a',
    'user "b" of context "a" does not exist',
    'Correct F',
  ],
  [
    'a cluster without server',
    'clusters: [{name: x, cluster: {}}]\ncontexts: [{name: a, context: {cluster: x}}]',
    'a',
    'cluster "x" of context "a" has no server',
    'Correct F',
  ],
  [
    'a server that is no address',
    kubeconfig('a').replace('https:', 'ftp:'),
    'a',
    'server "ftp://a.example.com" of cluster "a" is no http or https address',
    'Correct F',
  ],
])('%s is told in one sentence, with what to do', (_name, text, context, message, next) => {
  expect(() => selectContext(parseKubeconfig(text, 'F'), context, 'F')).toThrow(
    expect.objectContaining({ message: PREFIX + message, next: expect.stringContaining(next) }),
  )
})

test('a file that is no kubeconfig is named with the field that is wrong', () => {
  expect(() => parseKubeconfig('clusters: [{name: a, cluster: {server: 5}}]', '/k')).toThrow(
    '/k is no kubeconfig: clusters[0].cluster.server: ',
  )
  expect(() => parseKubeconfig('just text', '/k')).toThrow('/k is no kubeconfig: the whole file: ')
  expect(() => parseKubeconfig('a: [', '/k')).toThrow('/k is not valid YAML: ')
})

test('fields that Go writes as null count as absent', () => {
  const config = parseKubeconfig(
    'clusters: null\nusers: [{name: a, user: null}]\ncontexts: null\ncurrent-context: ""',
    'F',
  )
  expect(config).toMatchObject({ clusters: [], contexts: [], 'current-context': undefined, users: [{ name: 'a' }] })
})

test("relative paths are relative to the kubeconfig's folder; bare commands are not paths", () => {
  const text = `
clusters: [{name: c, cluster: {server: "https://c", certificate-authority: ca.pem}}]
users:
- {name: a, user: {client-certificate: a.pem, client-key: /abs/a.key, tokenFile: ../token}}
- {name: b, user: {exec: {apiVersion: v1, command: ./bin/login}}}
- {name: c, user: {exec: {apiVersion: v1, command: aws}}}`
  const { clusters, users } = parseKubeconfig(text, 'F', '/home/k/config')
  expect(clusters[0]?.cluster['certificate-authority']).toBe('/home/k/ca.pem')
  expect(users[0]?.user).toMatchObject({
    'client-certificate': '/home/k/a.pem',
    'client-key': '/abs/a.key',
    tokenFile: '/home/token',
  })
  expect(users.map(({ user }) => user.exec?.command)).toEqual([undefined, '/home/k/bin/login', 'aws'])
})

test('of several files in KUBECONFIG the first to name something wins, and missing ones are passed over', async () => {
  const first = await fileOf(kubeconfig('a'))
  const second = await fileOf(
    `${kubeconfig('b', 'current-context: b')}`.replace(
      'contexts: [',
      'contexts: [{name: a, context: {cluster: b, user: b}}, ',
    ),
  )
  const third = await fileOf('current-context: a')
  const env = { KUBECONFIG: ['', '/nowhere/config', first, second, third].join(delimiter) }
  const loaded = await loadDefault(env, '/nowhere')
  expect(loaded?.config['current-context']).toBe('b')
  expect(loaded?.config.contexts.map(({ name, context }) => `${name} ${context.cluster}`)).toEqual(['a a', 'b b'])
})

test('without KUBECONFIG it is ~/.kube/config, and without that nothing', async () => {
  expect(await loadDefault({}, await folder())).toBeUndefined()
  expect(await loadDefault({ KUBECONFIG: '/nowhere/config' }, await folder())).toBeUndefined()
})

test('a file that is named and missing is an error in kubectl words', async () => {
  await expect(loadFile('/nowhere/config')).rejects.toMatchObject({
    message: `${PREFIX}stat /nowhere/config: no such file or directory`,
    next: expect.stringContaining('--kubeconfig'),
  })
  await expect(loadFile(await folder())).rejects.toThrow('EISDIR')
})
