import { afterEach, describe, expect, it, vi } from 'vitest'
import type { RestoreSpec } from '../../../lib/velero/types-restore.ts'
import type { Faults } from '../../../playground/cluster/faults.ts'
import { ask } from '../../helpers/ask.ts'
import { messages } from '../../helpers/backups.ts'
import { Process } from '../../helpers/process.ts'
import { ownedBy, serviceAccount } from '../../helpers/restorable.ts'
import { outcome, type RestoreFiles, readRestoreFiles } from '../../helpers/restores.ts'
import { storeBackup } from '../../helpers/stored-backup.ts'
import {
  configMap,
  namespace,
  openWorld,
  restoreOf,
  type Seed,
  type World,
  type WorldAround,
  type WorldOptions,
} from '../../helpers/world.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let world: World
afterEach(() => world[Symbol.asyncDispose]())

async function open(objects: readonly Seed[], options: WorldOptions = {}): Promise<void> {
  world = await openWorld(options)
  await storeBackup(world.store, 'b', objects)
}

async function restore(spec: RestoreSpec = {}, around: WorldAround = {}): Promise<RestoreFiles> {
  await world.restore(restoreOf('r', spec), {}, around)
  return readRestoreFiles(world.store, 'r')
}

const secret = (place: string): Seed => ({ ...configMap(place), kind: 'Secret', data: {} })
const errorsOf = ({ results }: RestoreFiles) => messages(results, 'errors')
/** Created under this name, an object can be told by its request. */
const named = (place: string, manager: string) =>
  configMap(place, {}, { managedFields: [ownedBy(manager, { 'f:data': {} })] })
const isPost = (path: string, manager: string) => path.endsWith(`/configmaps?fieldManager=${manager}`)

describe('a user who may not write everything', () => {
  const SHOPS = ['shop', 'data'].flatMap(name => [
    namespace(name),
    ...[0, 1, 2].map(i => secret(`${name}/key-${i}`)),
    configMap(`${name}/a`),
  ])

  it('is told once of each kind and namespace, with how many objects, and gets all the rest', async () => {
    await open(SHOPS, {
      authorise: (verb, resource, ns) => !(verb === 'create' && resource === 'secrets' && ns === 'shop'),
    })
    const process = new Process()
    const files = await restore({}, { limited: true, wrap: process.wrap })
    expect(files.results.errors).toEqual({
      namespaces: {
        shop: [
          'User "limited" cannot create resource "secrets" in API group "" in the namespace "shop" (3 objects not restored)',
        ],
      },
    })
    expect(files.record.status).toMatchObject({ phase: 'PartiallyFailed', errors: 1 })
    expect(files.list['v1/Secret']).toEqual([
      ...[0, 1, 2].map(i => `data/key-${i}(created)`),
      ...[0, 1, 2].map(i => `shop/key-${i}(failed)`),
    ])
    expect(files.list['v1/ConfigMap']).toEqual(['data/a(created)', 'shop/a(created)'])
  })

  it('is not kept waiting for each of many objects', async () => {
    const many = Array.from({ length: 200 }, (_, i) => secret(`shop/key-${i}`))
    await open([namespace('shop'), ...many], { authorise: (_, resource) => resource !== 'secrets' })
    const process = new Process()
    const files = await restore({}, { limited: true, wrap: process.wrap })
    expect(errorsOf(files)).toEqual([expect.stringContaining('(200 objects not restored)')])
    expect(process.calls.cluster.filter(call => call.includes('/secrets')).length).toBeLessThan(100)
  })

  it('and may not see namespaces restores into those that exist', async () => {
    await open([namespace('shop'), configMap('shop/a')], { authorise: (_, resource) => resource !== 'namespaces' })
    world.cluster.seed([namespace('shop')])
    const files = await restore({ includedNamespaces: ['shop'] }, { limited: true })
    expect(files.list).toEqual({ 'v1/ConfigMap': ['shop/a(created)'] })
    expect(files.record.status?.phase).toBe('Completed')
  })

  it('and may not see what exists is told that it exists', async () => {
    await open([namespace('shop'), configMap('shop/a')], {
      authorise: (verb, resource) => !(verb === 'get' && resource === 'configmaps'),
    })
    world.cluster.seed([namespace('shop'), configMap('shop/a')])
    const files = await restore({}, { limited: true })
    expect(errorsOf(files)).toEqual(['error restoring configmaps/shop/a: configmaps "a" already exists'])
  })

  it('and may not change owners of fields is told of each object', async () => {
    await open(
      [namespace('shop'), configMap('shop/a', {}, { managedFields: [ownedBy('argo', {}, { operation: 'Apply' })] })],
      {
        authorise: verb => verb !== 'patch',
      },
    )
    const files = await restore({}, { limited: true })
    expect(outcome(files, 'v1/ConfigMap', 'shop/a')).toBe('created')
    expect(errorsOf(files)).toEqual([expect.stringContaining('cannot patch resource "configmaps"')])
  })
})

describe('what fails for reasons that pass', () => {
  /** Refuses so many POSTs of what is created under this name. */
  function refusing(
    manager: string,
    times: number,
    status: number,
    body: string,
  ): { faults: Faults; left: () => number } {
    let left = times
    return {
      left: () => left,
      faults: ({ method, path }) => {
        if (method !== 'POST' || !isPost(path, manager) || left === 0) return undefined
        left--
        return { status, body }
      },
    }
  }

  it.each([
    [500, 'Internal error occurred: failed calling webhook "guard": no endpoints available'],
    [503, 'etcdserver: leader changed'],
    [403, 'configmaps "late" is forbidden: exceeded quota: compute'],
    [422, 'failed calling webhook "guard": connection refused'],
    [404, 'the server could not find the requested resource'],
  ])('such as %i %s is tried again after the rest', async (status, message) => {
    const body = JSON.stringify({ kind: 'Status', apiVersion: 'v1', message, code: status, reason: 'x' })
    const { faults, left } = refusing('late', 3, status, body)
    await open([namespace('shop'), named('shop/late', 'late'), configMap('shop/z'), secret('shop/key')], { faults })
    const process = new Process()
    const files = await restore({}, { wrap: process.wrap })
    expect(left()).toBe(0)
    expect(files.results).toEqual({ errors: {}, warnings: {} })
    expect(outcome(files, 'v1/ConfigMap', 'shop/late')).toBe('created')
    const posts = process.calls.cluster.filter(call => call.startsWith('POST'))
    expect(posts.slice(-2).every(call => call.endsWith('fieldManager=late'))).toBe(true)
  })

  it('is an error once nothing moves any more', async () => {
    const message = 'failed calling webhook "guard"'
    const body = JSON.stringify({ kind: 'Status', apiVersion: 'v1', message, code: 500 })
    const { faults, left } = refusing('never', 1_000, 500, body)
    await open([namespace('shop'), named('shop/never', 'never'), named('shop/fine', 'fine')], { faults })
    const files = await restore()
    expect(errorsOf(files)).toEqual(['error restoring configmaps/shop/never: failed calling webhook "guard"'])
    expect(outcome(files, 'v1/ConfigMap', 'shop/never')).toBe('failed')
    expect(outcome(files, 'v1/ConfigMap', 'shop/fine')).toBe('created')
    const tries = 1_000 - left()
    expect([tries > 3, tries < 20]).toEqual([true, true])
  })

  it('waits for what it needs, such as a pod for its account, which another restore brings', async () => {
    const pod: Seed = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web', namespace: 'shop' },
      spec: { serviceAccountName: 'robot', containers: [{ name: 'web', image: 'nginx' }] },
    }
    let tries = 0
    await open([namespace('shop'), pod], {
      faults: ({ method, path }) => {
        if (method === 'POST' && path.endsWith('/pods') && ++tries === 3)
          world.cluster.seed([serviceAccount('shop/robot')])
        return undefined
      },
    })
    const files = await restore({ excludedResources: ['serviceaccounts'] })
    expect(outcome(files, 'v1/Pod', 'shop/web')).toBe('created')
    expect(files.record.status?.phase).toBe('Completed')
  })
})

describe('a cluster with trouble', () => {
  it('that breaks connections off after it has created objects gives them once', async () => {
    let cut = 0
    await open([namespace('shop'), ...['a', 'b', 'c'].map(name => named(`shop/${name}`, name))], {
      faults: ({ method, path }) =>
        method === 'POST' && path.includes('/configmaps') && cut++ < 2 ? { cutAfterBytes: 10 } : undefined,
    })
    const files = await restore()
    expect(cut).toBeGreaterThan(2)
    expect(files.list['v1/ConfigMap']).toEqual(['shop/a(created)', 'shop/b(created)', 'shop/c(created)'])
    expect(files.record.status?.phase).toBe('Completed')
  })

  it('that asks for patience gets it', async () => {
    let asked = 0
    await open([namespace('shop'), configMap('shop/a')], {
      faults: ({ method }) =>
        method === 'POST' && asked++ < 4 ? { status: 429, headers: { 'retry-after': '1' } } : undefined,
    })
    expect((await restore()).record.status).toMatchObject({ phase: 'Completed' })
  })

  it('whose aggregated API does not answer is restored into', async () => {
    await open([namespace('shop'), configMap('shop/a')])
    await ask(world, '/apis/apiregistration.k8s.io/v1/apiservices', {
      method: 'POST',
      body: {
        apiVersion: 'apiregistration.k8s.io/v1',
        kind: 'APIService',
        metadata: { name: 'v1beta1.metrics.example.com' },
        spec: {
          group: 'metrics.example.com',
          version: 'v1beta1',
          service: { name: 'gone', namespace: 'kube-system' },
          groupPriorityMinimum: 100,
          versionPriority: 100,
        },
      },
    })
    await world.cluster.settled()
    expect((await restore()).record.status?.phase).toBe('Completed')
  })

  it('that refuses one object gives all the others, and says what and why', async () => {
    await open([namespace('shop'), configMap('shop/Not A Name'), configMap('shop/fine')])
    const files = await restore()
    expect(files.list['v1/ConfigMap']).toEqual(['shop/Not A Name(failed)', 'shop/fine(created)'])
    expect(files.results.errors.namespaces?.shop).toEqual([
      expect.stringMatching(/^error restoring configmaps\/shop\/Not A Name: ConfigMap "Not A Name" is invalid/),
    ])
  })
})
