import { expect, test } from 'vitest'
import { discover } from '../../../lib/cluster/discovery.ts'
import { ConnectionError } from '../../../lib/cluster/types.ts'
import { fakeTransport } from './fake-api.ts'

const verbs = ['create', 'delete', 'get', 'list']

const resource = (name: string, kind: string, more = {}) => ({
  resource: name,
  responseKind: { group: '', version: '', kind },
  scope: 'Namespaced',
  singularResource: kind.toLowerCase(),
  verbs,
  ...more,
})
const version = (name: string, resources: unknown[], freshness = 'Current') => ({ version: name, resources, freshness })
const aggregated = (items: unknown[]) => ({
  kind: 'APIGroupDiscoveryList',
  apiVersion: 'apidiscovery.k8s.io/v2',
  items,
})

const modern: Record<string, unknown> = {
  '/api': aggregated([
    {
      versions: [
        version('v1', [
          resource('pods', 'Pod', { shortNames: ['po'], subresources: [{ subresource: 'log' }] }),
          resource('nodes', 'Node', { scope: 'Cluster' }),
          resource('events', 'Event'),
        ]),
      ],
    },
  ]),
  '/apis': aggregated([
    { metadata: { name: 'events.k8s.io' }, versions: [version('v1', [resource('events', 'Event')])] },
    {
      metadata: { name: 'autoscaling' },
      versions: [
        version('v2', [resource('horizontalpodautoscalers', 'HorizontalPodAutoscaler', { shortNames: ['hpa'] })]),
        version('v1', [
          resource('horizontalpodautoscalers', 'HorizontalPodAutoscaler'),
          resource('oldscalers', 'OldScaler'),
        ]),
      ],
    },
    { metadata: { name: 'metrics.example.com' }, versions: [version('v1beta1', [], 'Stale')] },
    {
      metadata: { name: 'networking.k8s.io' },
      versions: [version('v1', [resource('networkpolicies', 'NetworkPolicy', { shortNames: ['netpol'] })])],
    },
  ]),
}

const names = (resources: readonly { group: string; version: string; name: string }[]) =>
  resources.map(({ group, version, name }) => `${name}.${version}.${group}`)

test('two requests tell everything: core first, the preferred version of each resource, subresources left out', async () => {
  const transport = fakeTransport(({ path }) => modern[path] ?? 404)
  const found = await discover(transport)
  expect(transport.requests.map(({ path }) => path)).toEqual(['/api', '/apis'])
  expect(names(found.resources)).toEqual([
    'pods.v1.',
    'nodes.v1.',
    'events.v1.',
    'events.v1.events.k8s.io',
    'horizontalpodautoscalers.v2.autoscaling',
    'oldscalers.v1.autoscaling',
    'networkpolicies.v1.networking.k8s.io',
  ])
  expect(names(found.served)).toContain('horizontalpodautoscalers.v1.autoscaling')
  expect(found.resources[0]).toEqual({
    group: '',
    version: 'v1',
    name: 'pods',
    singularName: 'pod',
    kind: 'Pod',
    namespaced: true,
    verbs,
    shortNames: ['po'],
  })
  expect(found.resources[1]?.namespaced).toBe(false)
})

test('a stale group is dead, under the name of its APIService', async () => {
  const { dead } = await discover(fakeTransport(({ path }) => modern[path]))
  expect(dead).toEqual([
    {
      group: 'metrics.example.com',
      version: 'v1beta1',
      apiService: 'v1beta1.metrics.example.com',
      message: 'stale GroupVersion discovery: metrics.example.com/v1beta1',
    },
  ])
})

test.each([
  ['pods', 'pods.v1.'],
  ['Pod', 'pods.v1.'],
  ['PO', 'pods.v1.'],
  ['pods.v1', 'pods.v1.'],
  ['events', 'events.v1.'],
  ['event.events.k8s.io', 'events.v1.events.k8s.io'],
  ['hpa', 'horizontalpodautoscalers.v2.autoscaling'],
  ['horizontalpodautoscalers.autoscaling', 'horizontalpodautoscalers.v2.autoscaling'],
  ['horizontalpodautoscalers.v1.autoscaling', 'horizontalpodautoscalers.v1.autoscaling'],
  ['netpol.networking', 'networkpolicies.v1.networking.k8s.io'],
  ['networkpolicies.apps', undefined],
  ['nope', undefined],
  ['', undefined],
])('finds %j as kubectl does', async (name, expected) => {
  const found = (await discover(fakeTransport(({ path }) => modern[path]))).resolve(name)
  expect(found && names([found])[0]).toBe(expected)
})

const list = (...resources: [string, string][]) => ({
  kind: 'APIResourceList',
  resources: resources.map(([name, kind]) => ({ name, singularName: '', namespaced: true, kind, verbs })),
})
const group = (name: string, versions: string[], preferred: string) => ({
  name,
  versions: versions.map(version => ({ groupVersion: `${name}/${version}`, version })),
  preferredVersion: { groupVersion: `${name}/${preferred}`, version: preferred },
})

const old: Record<string, unknown> = {
  '/api': { kind: 'APIVersions', versions: ['v1'] },
  '/apis': {
    kind: 'APIGroupList',
    groups: [
      group('batch', ['v1beta1', 'v1'], 'v1'),
      group('dead.example.com', ['v1'], 'v1'),
      group('gone.example.com', ['v1'], 'v1'),
      group('slow.example.com', ['v1'], 'v1'),
    ],
  },
  '/api/v1': list(['pods', 'Pod'], ['pods/log', 'Pod']),
  '/apis/batch/v1': list(['jobs', 'Job']),
  '/apis/batch/v1beta1': list(['jobs', 'Job'], ['cronjobs', 'CronJob']),
  '/apis/dead.example.com/v1': 503,
  '/apis/gone.example.com/v1': 404,
}

function answerOld(path: string): unknown {
  if (path.includes('slow')) throw new ConnectionError('no answer within 65 s')
  return old[path]
}

test('an old server is asked group by group, with the same result; what does not answer is dead', async () => {
  const found = await discover(fakeTransport(({ path }) => answerOld(path)))
  expect(names(found.resources)).toEqual(['pods.v1.', 'jobs.v1.batch', 'cronjobs.v1beta1.batch'])
  expect(names(found.served)).toContain('jobs.v1beta1.batch')
  expect(found.dead.map(({ apiService }) => apiService)).toEqual([
    'v1.dead.example.com',
    'v1.gone.example.com',
    'v1.slow.example.com',
  ])
  expect(found.resolve('pod')?.name).toBe('pods')
})

test('a server that refuses the aggregated form is asked for the plain one', async () => {
  const transport = fakeTransport(({ path, accept }) => (accept === undefined ? answerOld(path) : 406))
  expect(names((await discover(transport)).resources)).toContain('jobs.v1.batch')
})

test('a core that does not answer, or a user without rights, is an error', async () => {
  const failing = (broken: string, status: number) =>
    discover(fakeTransport(({ path }) => (path === broken ? status : answerOld(path))))
  await expect(failing('/api/v1', 503)).rejects.toMatchObject({ status: 503 })
  await expect(failing('/apis/batch/v1', 403)).rejects.toMatchObject({ status: 403 })
  await expect(failing('/api', 401)).rejects.toMatchObject({ status: 401 })
})
