import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EmbeddedClusterOptions } from '../../../playground/cluster/cluster.ts'
import { messages, readBackupFiles } from '../../helpers/backups.ts'
import { manyObjects, priorityClass } from '../../helpers/many-objects.ts'
import { configMap, manifest, namespace, openWorld, type World } from '../../helpers/world.ts'

let world: World
afterEach(() => world[Symbol.asyncDispose]())

async function open(options: EmbeddedClusterOptions = {}): Promise<void> {
  world = await openWorld(options)
  world.cluster.seed([
    namespace('a'),
    namespace('b'),
    namespace('c'),
    configMap('a/x'),
    configMap('b/x'),
    configMap('c/x'),
  ])
}
const maps = async () => {
  const { stored } = await readBackupFiles(world.store, 'b')
  return [...(stored.get('configmaps')?.keys() ?? [])].filter(name => name.endsWith('/x')).sort()
}
const ended = AbortSignal.abort()

describe('a user who may not list everything', () => {
  const NAMED = { includedNamespaces: ['a', 'b'], includedResources: ['configmaps', 'secrets'] }
  let forbidden: (verb: string, resource: string, namespace: string) => boolean
  beforeEach(() => open({ authorise: (verb, resource, ns) => !forbidden(verb, resource, ns) }))
  const backup = (spec: object) => world.backup(manifest('b', spec), {}, { limited: true })

  it('gets by namespace what is allowed there', async () => {
    forbidden = (verb, resource, ns) => verb === 'list' && resource === 'configmaps' && ns === ''
    const { backup: record } = await backup({})
    expect(record.status?.phase).toBe('Completed')
    expect(await maps()).toEqual(['a/x', 'b/x', 'c/x'])
  })

  it('is told of each namespace that is forbidden', async () => {
    forbidden = (verb, resource, ns) => verb === 'list' && resource === 'configmaps' && ns !== 'a' && ns !== 'c'
    const { backup: record } = await backup({})
    expect(record.status?.phase).toBe('PartiallyFailed')
    expect(await maps()).toEqual(['a/x', 'c/x'])
    const { results } = await readBackupFiles(world.store, 'b')
    expect(Object.keys(results.errors.namespaces ?? {})).toEqual([
      'b',
      'default',
      'kube-node-lease',
      'kube-public',
      'kube-system',
    ])
    expect(results.errors.namespaces?.b).toEqual([expect.stringContaining('cannot list resource "configmaps"')])
  })

  it('is told once of a kind that is forbidden everywhere', async () => {
    forbidden = (verb, resource) => verb === 'list' && resource === 'configmaps'
    const { backup: record, errors } = await backup({})
    expect(record.status).toMatchObject({ phase: 'PartiallyFailed', errors: 1 })
    expect(errors).toEqual([
      expect.stringMatching(/resource: \/configmaps message: \/Error listing items error: .*cluster scope/),
    ])
  })

  it('is told the same where the run was stopped and gone on with at every page', async () => {
    forbidden = (verb, resource, ns) => verb === 'list' && resource === 'configmaps' && ns !== 'a' && ns !== 'c'
    const request = manifest('b', {})
    let steps = 1
    while ((await world.backup(request, { signal: ended }, { limited: true })).how === 'continued') steps++
    expect(steps).toBeGreaterThan(2)
    const { results } = await readBackupFiles(world.store, 'b')
    expect(messages(results, 'errors').length).toBe(5)
    expect(await maps()).toEqual(['a/x', 'c/x'])
  })

  it('and may not list namespaces gets those that it names', async () => {
    forbidden = (_, resource, ns) => resource === 'namespaces' && ns === ''
    const { backup: record } = await backup(NAMED)
    expect(record.status?.phase).toBe('Completed')
    expect(await maps()).toEqual(['a/x', 'b/x'])
  })

  it('and may not list namespaces nor names any is told what to do, before anything is written', async () => {
    forbidden = (_, resource) => resource === 'namespaces'
    const failure = await backup({}).catch(error => error)
    expect(failure.message).toMatch(/^namespaces can't be listed/)
    expect(failure.next).toContain('--include-namespaces')
    expect(world.store.objects.size).toBe(0)
  })

  it('is warned once that cluster role bindings are missing, however often the run is gone on with', async () => {
    forbidden = (_, resource) => resource === 'clusterrolebindings.rbac.authorization.k8s.io'
    world.cluster.seed(manyObjects(0))
    world.cluster.seed([priorityClass])
    const request = manifest('b', { includedNamespaces: ['a', 'b', 'c'] })
    while ((await world.backup(request, { signal: ended }, { limited: true })).how === 'continued');
    const { results } = await readBackupFiles(world.store, 'b')
    expect(messages(results, 'warnings').length).toBe(1)
    expect(messages(results, 'warnings')[0]).toContain('Cluster role bindings')
  })
})

describe('a cluster with trouble', () => {
  it('whose aggregated API does not answer is backed up with one warning', async () => {
    await open()
    const answer = await fetch(`${world.cluster.url}/apis/apiregistration.k8s.io/v1/apiservices`, {
      method: 'POST',
      headers: { authorization: `Bearer ${world.cluster.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({
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
      }),
    })
    expect(answer.status).toBe(201)
    await world.cluster.settled()
    const { backup, warnings } = await world.backup(manifest('b'))
    expect(backup.status?.phase).toBe('Completed')
    expect(warnings.filter(text => text.includes('metrics.example.com')).length).toBe(1)
  })

  it('that breaks connections off in the middle of lists is backed up whole', async () => {
    let broken = 0
    await open({
      faults: ({ path }) =>
        path.includes('/configmaps?') && broken++ < 3 ? { cutAfterBytes: 2000 + 700 * broken } : undefined,
    })
    world.cluster.seed(manyObjects(600))
    const { backup } = await world.backup(manifest('b', { includedResources: ['configmaps'] }))
    expect(backup.status?.phase).toBe('Completed')
    const { stored } = await readBackupFiles(world.store, 'b')
    expect([...(stored.get('configmaps')?.keys() ?? [])].filter(name => name.includes('/map-')).length).toBe(600)
    expect(broken).toBeGreaterThan(3)
  })

  it('whose continue tokens expire is backed up whole, and the log says so', async () => {
    let writes = 0
    await open({
      tokensLastWrites: 3,
      faults: ({ path }) => {
        if (path.includes('/configmaps?') && path.includes('continue='))
          world.cluster.seed(Array.from({ length: 5 }, () => configMap(`c/new-${writes++}`)))
        return undefined
      },
    })
    world.cluster.seed(manyObjects(1200))
    const { backup } = await world.backup(manifest('b', { includedResources: ['configmaps'] }))
    expect(backup.status?.phase).toBe('Completed')
    const { stored, log } = await readBackupFiles(world.store, 'b')
    expect([...(stored.get('configmaps')?.keys() ?? [])].filter(name => name.includes('/map-')).length).toBe(1200)
    expect(log.filter(line => line.msg?.includes('continue token has expired')).length).toBeGreaterThan(0)
  })

  it('that can not list one kind gives all the others, and says which is missing', async () => {
    await open({
      faults: ({ path }) => (path.startsWith('/api/v1/secrets') ? { status: 500, body: 'etcd is broken' } : undefined),
    })
    const { backup, errors } = await world.backup(manifest('b'))
    expect(backup.status).toMatchObject({ phase: 'PartiallyFailed', errors: 1 })
    expect(errors).toEqual([expect.stringMatching(/resource: \/secrets .*etcd is broken/)])
    expect(await maps()).toEqual(['a/x', 'b/x', 'c/x'])
  })
})
