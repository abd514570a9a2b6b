import { afterEach, describe, expect, it } from 'vitest'
import { connect } from '../../../lib/cluster/connect.ts'
import type { Check, Purpose } from '../../../lib/jobs/doctor/types.ts'
import { examine } from '../../../lib/jobs/doctor.ts'
import { type ObjectStore, StoreError } from '../../../lib/store/types.ts'
import {
  type EmbeddedCluster,
  type EmbeddedClusterOptions,
  startEmbeddedCluster,
} from '../../../playground/cluster/cluster.ts'
import { keys } from '../../helpers/backups.ts'
import { TestClock } from '../../helpers/clock.ts'
import { guarded } from '../../helpers/failing-store.ts'
import { SMALL_SIZES } from '../../helpers/many-objects.ts'
import { MemoryStore } from '../../helpers/memory-store.ts'
import { namespace } from '../../helpers/world.ts'

const clusters: EmbeddedCluster[] = []
afterEach(async () => {
  await Promise.all(clusters.splice(0).map(cluster => cluster.stop()))
})

interface Case extends EmbeddedClusterOptions {
  /** Changes the store before it is looked at. */
  store?: (inner: MemoryStore) => ObjectStore
  purposes?: Purpose[]
  limited?: boolean
  readOnly?: boolean
  seed?: object[]
  /** Does something to the cluster before it is looked at. */
  before?: (cluster: EmbeddedCluster) => Promise<unknown>
  clusterAheadMs?: number
  storeAheadMs?: number
  signal?: AbortSignal
  memory?: MemoryStore
  kubeconfig?: (text: string) => string
}

async function doctor(given: Case = {}): Promise<{ checks: Check[]; memory: MemoryStore }> {
  const {
    store = inner => inner,
    purposes = ['backup', 'restore'],
    limited = false,
    readOnly = false,
    seed = [],
  } = given
  const { clusterAheadMs = 0, storeAheadMs = 0, kubeconfig = text => text, signal, ...options } = given
  const clock = new TestClock()
  const ahead = (ms: number) => () => new Date(clock.now().getTime() + ms)
  const cluster = await startEmbeddedCluster({
    ...options,
    faults: () => ({ headers: { date: ahead(clusterAheadMs)().toUTCString() } }),
  })
  clusters.push(cluster)
  cluster.seed(seed)
  await given.before?.(cluster)
  await cluster.settled()
  const memory = given.memory ?? new MemoryStore(0, ahead(storeAheadMs))
  const { token, limitedToken } = cluster
  const text = kubeconfig(limited ? cluster.kubeconfig.replace(token, limitedToken) : cluster.kubeconfig)
  const spec = {
    provider: 'file',
    objectStorage: { bucket: '/in-memory' },
    ...(readOnly && { accessMode: 'ReadOnly' as const }),
  }
  const { checks } = await examine(
    { cluster: { kubeconfigText: text }, location: { name: 'default', spec } },
    { purposes, now: clock.now, id: 'd1', ...(signal && { signal }) },
    { openStore: async () => store(memory), connect: settings => connect(settings), sizes: SMALL_SIZES },
  )
  return { checks, memory }
}

const of = (checks: readonly Check[], what: string) => checks.filter(check => check.what === what)
const bad = (checks: readonly Check[]) =>
  checks.filter(({ verdict }) => verdict !== 'ok').map(({ verdict, what }) => `${verdict} ${what}`)

describe('a cluster and a store that are fit', () => {
  it('pass every check, and nothing that was written stays', async () => {
    const { checks, memory } = await doctor()
    expect(bad(checks)).toEqual([])
    expect(checks.map(({ what }) => what)).toEqual([
      ...['cluster', 'cluster: clock', 'credentials', 'aggregated APIs'],
      ...['right to list', 'right to create', 'right to get', 'right to patch'],
      ...['store', 'store: write', 'store: read', 'store: If-None-Match', 'store: If-Match', 'store: multipart'],
      ...['store: uploads', 'store: clock', 'store: versions', 'store: delete'],
    ])
    expect(of(checks, 'right to list')[0]?.detail).toMatch(/^all \d+ kinds, cluster-wide$/)
    expect(of(checks, 'credentials')[0]?.detail).toBe('token; the API server knows us as admin (system:authenticated)')
    expect(await keys(memory)).toEqual([])
    expect(memory.uploads.size).toBe(0)
  })

  it('are not asked for rights that a backup does not need', async () => {
    const { checks } = await doctor({ purposes: ['backup'] })
    expect(checks.map(({ what }) => what).filter(what => what.startsWith('right'))).toEqual(['right to list'])
  })
})

describe('rights', () => {
  it('that are missing are named by kind, with what to grant', async () => {
    const authorise = (verb: string, resource: string) =>
      verb === 'list' ? resource !== 'secrets' : !resource.endsWith('rbac.authorization.k8s.io')
    const { checks } = await doctor({ limited: true, authorise })
    expect(bad(checks)).toEqual([
      ...['problem right to list', 'problem right to create', 'warning right to get', 'warning right to patch'],
    ])
    expect(of(checks, 'right to list')).toMatchObject([{ fault: 'refused', kinds: ['secrets'] }])
    expect(of(checks, 'right to list')[0]?.next).toContain('ClusterRole')
    expect(of(checks, 'right to create')[0]?.kinds?.toSorted()).toEqual(
      ['clusterrolebindings', 'clusterroles', 'rolebindings', 'roles'].map(name => `${name}.rbac.authorization.k8s.io`),
    )
  })

  it('in some namespaces only are told so', async () => {
    const authorise = (_: string, resource: string, place: string) =>
      place === 'shop' || (resource !== 'configmaps' && resource !== 'pods')
    const { checks } = await doctor({ limited: true, authorise, purposes: ['backup'], seed: [namespace('shop')] })
    expect(of(checks, 'right to list')).toMatchObject([{ verdict: 'warning', kinds: ['configmaps', 'pods'] }])
    expect(of(checks, 'right to list')[0]?.detail).toMatch(
      /^not cluster-wide, only in shop: 2 of \d+ kinds: configmaps, pods$/,
    )
  })

  it('of nobody are a few problems, each with all its kinds, and few requests', async () => {
    let requests = 0
    const { checks } = await doctor({
      limited: true,
      authorise: () => {
        requests++
        return false
      },
      purposes: ['backup'],
    })
    expect(bad(checks)).toEqual(['problem right to list'])
    expect(of(checks, 'right to list')[0]?.kinds?.length).toBeGreaterThan(40)
    expect(of(checks, 'right to list')[0]?.detail).toMatch(/ and \d+ more$/)
    expect(requests).toBeGreaterThan(0)
  })
})

describe('a cluster', () => {
  it('that is out of reach is one problem, and the store is looked at all the same', async () => {
    const { checks } = await doctor({ kubeconfig: text => text.replace(/127\.0\.0\.1:\d+/, '127.0.0.1:1') })
    expect(of(checks, 'cluster')).toMatchObject([{ verdict: 'problem', fault: 'refused' }])
    expect(bad(checks)).toEqual(['problem cluster'])
    expect(of(checks, 'store: delete')).toMatchObject([{ verdict: 'ok' }])
  })

  it('that is not configured is a problem of the configuration', async () => {
    const { checks } = await doctor({ kubeconfig: () => 'nonsense: [' })
    expect(of(checks, 'cluster')).toMatchObject([{ verdict: 'problem', fault: 'configuration' }])
  })

  it('that does not know us is a problem of our credentials', async () => {
    const { checks } = await doctor({ kubeconfig: text => text.replace(/"token": "[^"]*"/, '"token": "wrong"') })
    expect(of(checks, 'cluster')).toMatchObject([
      { verdict: 'problem', fault: 'refused', next: expect.stringContaining('credentials') },
    ])
  })

  it('whose clock is another one is a warning', async () => {
    const { checks } = await doctor({ clusterAheadMs: -120_000 })
    expect(bad(checks)).toEqual(['warning cluster: clock'])
    expect(of(checks, 'cluster: clock')[0]?.detail).toMatch(/^(119|120) s behind the clock here$/)
  })

  it('with an aggregated API that does not answer is told which, and what that means', async () => {
    const service = {
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { name: 'v1beta1.metrics.example.com' },
      spec: {
        group: 'metrics.example.com',
        version: 'v1beta1',
        groupPriorityMinimum: 100,
        versionPriority: 100,
        service: { namespace: 'default', name: 'gone' },
      },
    }
    const before = ({ url, token }: EmbeddedCluster) =>
      fetch(`${url}/apis/apiregistration.k8s.io/v1/apiservices`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(service),
      })
    const { checks } = await doctor({ before })
    expect(bad(checks)).toEqual(['warning aggregated APIs'])
    expect(of(checks, 'aggregated APIs')[0]).toMatchObject({
      detail: expect.stringContaining('v1beta1.metrics.example.com'),
      next: expect.stringContaining('no backup'),
    })
  })
})

describe('a store', () => {
  /** Carries out what a condition forbids. */
  const unconditional = (inner: MemoryStore): ObjectStore =>
    Object.assign(
      guarded(inner, (_, call) => call()),
      {
        put: (key: string, body: Uint8Array | string) => inner.put(key, body),
        completeUpload: (key: string, id: string, parts: never[]) => inner.completeUpload(key, id, parts),
      },
    )

  it('that ignores conditions is a problem for each, and is tidied up', async () => {
    const { checks, memory } = await doctor({ store: unconditional })
    expect(bad(checks)).toEqual(
      ['store: If-None-Match', 'store: If-Match', 'store: multipart'].map(what => `problem ${what}`),
    )
    expect(of(checks, 'store: If-Match')[0]).toMatchObject({
      fault: 'unfit',
      next: expect.stringContaining('docs/stores.md'),
    })
    expect(await keys(memory)).toEqual([])
  })

  it('that stores the framing of requests is found out by reading back', async () => {
    const { checks, memory } = await doctor({
      store: inner =>
        Object.assign(
          guarded(inner, (_, call) => call()),
          {
            put: (key: string, body: Uint8Array | string, condition: object) =>
              inner.put(
                key,
                Buffer.concat([Buffer.from('30000;chunk-signature=0\r\n'), Buffer.from(body as string)]),
                condition,
              ),
          },
        ),
    })
    expect(of(checks, 'store: read')).toMatchObject([
      { verdict: 'problem', detail: expect.stringContaining('framing') },
    ])
    expect(await keys(memory)).toEqual([])
  })

  it.each([
    'put',
    'get',
    'createUpload',
    'uploadPart',
    'completeUpload',
  ])('that refuses %s is a problem, and nothing stays that can be deleted', async method => {
    const denied = new StoreError('access is denied', { code: 'AccessDenied', next: 'Allow it.' })
    const { checks, memory } = await doctor({
      store: inner => guarded(inner, (what, call) => (what.startsWith(`${method} `) ? Promise.reject(denied) : call())),
    })
    const problems = checks.filter(({ verdict }) => verdict === 'problem')
    expect(problems.length).toBeGreaterThan(0)
    expect(problems).toEqual(
      problems.map(({ what }) => ({
        verdict: 'problem',
        what,
        fault: 'refused',
        detail: 'access is denied',
        next: 'Allow it.',
      })),
    )
    expect(await keys(memory)).toEqual([])
    expect(memory.uploads.size).toBe(0)
  })

  it('that lets nothing be deleted tells what is left and where', async () => {
    const denied = new StoreError('access is denied', { code: 'AccessDenied' })
    const { checks } = await doctor({
      store: inner => guarded(inner, (what, call) => (/^(delete|purge)/.test(what) ? Promise.reject(denied) : call())),
    })
    expect(bad(checks)).toEqual(['problem store: delete', 'problem store: clean-up'])
    expect(of(checks, 'store: clean-up')[0]?.detail).toContain('metadata/lateen/doctor/d1/')
  })

  it('whose uploads can not be listed is a warning', async () => {
    const denied = new StoreError('access is denied', { code: 'AccessDenied' })
    const { checks } = await doctor({
      store: inner => guarded(inner, (what, call) => (what === 'listUploads' ? Promise.reject(denied) : call())),
    })
    expect(bad(checks)).toEqual(['warning store: uploads'])
  })

  it.each([
    [60_000, 'warning'],
    [-3_600_000, 'problem'],
  ] as const)('whose clock is %i ms ahead is a %s', async (storeAheadMs, verdict) => {
    const { checks } = await doctor({ storeAheadMs })
    expect(bad(checks)).toEqual([`${verdict} store: clock`])
  })

  it('that must not be written to is only read', async () => {
    const writes: string[] = []
    const { checks } = await doctor({
      readOnly: true,
      purposes: ['restore'],
      store: inner =>
        guarded(inner, (what, call) => {
          if (!/^(get|head|list) ?/.test(what)) writes.push(what)
          return call()
        }),
    })
    expect(writes).toEqual([])
    expect(checks.map(({ what }) => what).filter(what => what.startsWith('store'))).toEqual(['store', 'store: read'])
    const refused = await doctor({ readOnly: true, purposes: ['backup'] })
    expect(bad(refused.checks)).toEqual(['problem store: access'])
  })

  it('with folders that Velero does not know is a problem', async () => {
    const memory = new MemoryStore(0, new TestClock().now)
    await memory.put('photos/1.jpg', 'x')
    const { checks } = await doctor({ memory })
    expect(bad(checks)).toEqual(['problem store: folders'])
  })

  it('is rid of what a killed doctor left', async () => {
    const past = new TestClock('2026-11-21T08:00:00Z')
    const memory = new MemoryStore(0, past.now)
    await memory.put('metadata/lateen/doctor/old/object', 'x')
    past.advance(24 * 3_600_000)
    const { checks } = await doctor({ memory })
    expect(bad(checks)).toEqual([])
    expect(await keys(memory)).toEqual([])
  })

  it('is left clean where somebody stops the doctor', async () => {
    const stop = new AbortController()
    const { checks, memory } = await doctor({
      signal: stop.signal,
      store: inner =>
        guarded(inner, async (what, call) => {
          if (what.startsWith('put')) stop.abort()
          return call()
        }),
    })
    expect(of(checks, 'store: delete')).toEqual([])
    expect(await keys(memory)).toEqual([])
  })
})
