import { afterEach, describe, expect, it } from 'vitest'
import { Capacity, inRealTime } from '../../../playground/cluster/capacity.ts'
import {
  type EmbeddedCluster,
  type EmbeddedClusterOptions,
  startEmbeddedCluster,
} from '../../../playground/cluster/cluster.ts'

let cluster: EmbeddedCluster
afterEach(() => cluster.stop())

const start = async (options?: EmbeddedClusterOptions) => {
  cluster = await startEmbeddedCluster(options)
}
const send = (path: string, init: RequestInit = {}, token = cluster.token) =>
  fetch(cluster.url + path, { ...init, headers: { authorization: `Bearer ${token}`, ...init.headers } })
// biome-ignore lint/suspicious/noExplicitAny: an answer of any shape
const json = async (reply: Promise<Response> | Response): Promise<any> => (await reply).json()
const make = (namespace: string, name: string) =>
  send(`/api/v1/namespaces/${namespace}/configmaps`, { method: 'POST', body: JSON.stringify({ metadata: { name } }) })
const configMap = (name: string, data: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default', labels: { seeded: 'yes' } },
  data,
})

describe('a continue token', () => {
  it('ends with 410 after so many writes, and the answer brings one that goes on from the same place', async () => {
    await start({ tokensLastWrites: 3 })
    cluster.seed(['a', 'b', 'c', 'd'].map(name => configMap(name)))
    const path = '/api/v1/namespaces/default/configmaps?labelSelector=seeded&limit=2'
    const first = await json(send(path))
    for (const name of ['bb', 'w', 'x', 'y', 'z']) await make('default', name)
    const gone = await send(`${path}&continue=${first.metadata.continue}`)
    const status = await json(gone)
    expect(gone.status).toBe(410)
    expect(status).toMatchObject({ reason: 'Expired', code: 410, metadata: { continue: expect.any(String) } })
    const rest = await json(send(`${path}&continue=${status.metadata.continue}`))
    expect(rest.items.map((item: { metadata: { name: string } }) => item.metadata.name)).toEqual(['c', 'd'])
    expect(Number(rest.metadata.resourceVersion)).toBeGreaterThan(Number(first.metadata.resourceVersion))
  })
})

describe('a capacity', () => {
  it('that is used up is told in the words of the real server, and can change meanwhile', async () => {
    const capacity = new Capacity({ seats: 0, serviceMs: () => 0, queueLength: 0, queueWaitMs: 0 }, inRealTime)
    await start({ capacity })
    const refused = await send('/version')
    expect(refused.status).toBe(429)
    expect(await refused.text()).toBe('Too many requests, please try again later.\n')
    expect(refused.headers.get('retry-after')).toBe('1')
    capacity.seats = 1
    expect((await send('/version')).status).toBe(200)
    expect(capacity).toMatchObject({ served: 1, refused: 1 })
  })
})

describe('faults', () => {
  it('refuse with the status, headers and body that a test wants, and only what it wants', async () => {
    const refusals = [{ status: 429, headers: { 'retry-after': '1' }, body: 'slow down' }, { status: 503 }]
    await start({ faults: ({ path }) => (path.startsWith('/api/v1/pods') ? refusals.shift() : undefined) })
    const busy = await send('/api/v1/pods')
    expect([busy.status, busy.headers.get('retry-after'), await busy.text()]).toEqual([429, '1', 'slow down'])
    expect((await send('/api/v1/nodes')).status).toBe(200)
    expect((await send('/api/v1/pods')).status).toBe(503)
    expect((await send('/api/v1/pods')).status).toBe(200)
  })

  it('cut a body off after so many bytes', async () => {
    await start({ faults: () => ({ cutAfterBytes: 100 }) })
    const reply = await send('/api/v1/namespaces')
    expect(reply.status).toBe(200)
    let received = 0
    const read = async () => {
      for await (const chunk of reply.body ?? []) received += chunk.length
    }
    await expect(read()).rejects.toThrow()
    expect(received).toBe(100)
  })

  it('slow an answer down', async () => {
    await start({ faults: () => ({ delayMs: 30 }) })
    const before = performance.now()
    await send('/readyz')
    expect(performance.now() - before).toBeGreaterThanOrEqual(29)
  })
})

describe('the second user', () => {
  it('may do what the test allows, and is told what not', async () => {
    await start({
      authorise: (verb, resource, namespace) => verb === 'list' && resource === 'secrets' && namespace === 'default',
    })
    const list = (path: string) => send(path, {}, cluster.limitedToken)
    expect((await list('/api/v1/namespaces/default/secrets')).status).toBe(200)
    const refused = await list('/apis/apps/v1/deployments')
    expect([refused.status, (await json(refused)).message]).toEqual([
      403,
      'deployments.apps is forbidden: User "limited" cannot list resource "deployments" in API group "apps" at the cluster scope',
    ])
    expect((await list('/api/v1/namespaces/kube-system/secrets')).status).toBe(403)
    expect((await list('/apis')).status).toBe(200)
  })
})

describe('seeding', () => {
  it('puts objects in as they are, with their digits, and defines the kinds of the definitions among them', async () => {
    await start()
    const definition = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'sails.example.com' },
      spec: {
        group: 'example.com',
        scope: 'Namespaced',
        names: { plural: 'sails', kind: 'Sail' },
        versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
      },
    }
    cluster.seed([definition])
    cluster.seedText(['{"apiVersion":"example.com/v1","kind":"Sail","metadata":{"name":"x"},"n":12345678901234567}'])
    const text = await (await send('/apis/example.com/v1/namespaces/default/sails')).text()
    expect(text).toContain('"n":12345678901234567')
    expect(text).toContain('"namespace":"default"')
    expect(() => cluster.seed([{ apiVersion: 'v1', kind: 'Nothing', metadata: {} }])).toThrow('no kind Nothing in v1')
  })

  it('holds many objects and gives them out in pages, compressed for a client that can read it', async () => {
    await start()
    cluster.seed(Array.from({ length: 3_000 }, (_, i) => configMap(`cm-${i}`, { value: 'x'.repeat(100) })))
    const reply = await send('/api/v1/configmaps?limit=2500&labelSelector=seeded', {
      headers: { 'accept-encoding': 'gzip' },
    })
    expect(reply.headers.get('content-encoding')).toBe('gzip')
    const first = await json(reply)
    const rest = await json(send(`/api/v1/configmaps?labelSelector=seeded&continue=${first.metadata.continue}`))
    const names = [...first.items, ...rest.items].map(item => item.metadata.name)
    expect([first.items.length, new Set(names).size]).toEqual([2_500, 3_000])
  })
})

describe('time and chance', () => {
  it('come from outside', async () => {
    let uids = 0
    await start({ now: () => new Date('2026-11-22T08:54:00.789Z'), uid: () => `uid-${uids++}`, random: () => 0 })
    const reply = await send('/api/v1/namespaces/default/configmaps', {
      method: 'POST',
      body: JSON.stringify({ metadata: { generateName: 'cm-' } }),
    })
    expect((await json(reply)).metadata).toMatchObject({
      name: 'cm-bbbbb',
      creationTimestamp: '2026-11-22T08:54:00Z',
      uid: expect.stringMatching(/^uid-\d+$/),
    })
  })
})

describe('the kubeconfig', () => {
  it('names the server and the token of the first user', async () => {
    await start()
    const { clusters, users } = JSON.parse(cluster.kubeconfig)
    expect([clusters[0].cluster.server, users[0].user.token]).toEqual([cluster.url, cluster.token])
  })
})

describe('volumes', () => {
  it('are bound to the claims that name them', async () => {
    await start()
    const spec = { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/x' } }
    const post = (path: string, body: object) => send(path, { method: 'POST', body: JSON.stringify(body) })
    await post('/api/v1/persistentvolumes', { metadata: { name: 'pv' }, spec })
    const claims = '/api/v1/namespaces/default/persistentvolumeclaims'
    const resources = { requests: { storage: '1Gi' } }
    await post(claims, {
      metadata: { name: 'c' },
      spec: { accessModes: ['ReadWriteOnce'], resources, volumeName: 'pv' },
    })
    await cluster.settled()
    expect((await json(send(`${claims}/c`))).status).toMatchObject({ phase: 'Bound' })
    expect(await json(send('/api/v1/persistentvolumes/pv'))).toMatchObject({
      spec: { claimRef: { namespace: 'default', name: 'c' } },
      status: { phase: 'Bound' },
    })
    await send(`${claims}/c`, { method: 'DELETE' })
    await cluster.settled()
    expect((await send(`${claims}/c`)).status).toBe(404)
    expect((await json(send('/api/v1/persistentvolumes/pv'))).status.phase).toBe('Released')
  })
})
