import { describe, expect, it } from 'vitest'
import { BUILT_IN, groupVersion } from '../../../playground/cluster/kinds.ts'
import type { WithClient } from '../cluster.ts'
import { DISCOVERY, unique } from './client.ts'

interface Group {
  metadata: { name?: string }
  versions: { version: string; freshness: string; resources?: { resource: string }[] }[]
}

const SERVICES = '/apis/apiregistration.k8s.io/v1/apiservices'

export function discoveryTests(client: WithClient): void {
  describe('discovery', () => {
    it('tells every built-in kind in one document for the core and one for the groups', async () => {
      const core = await client().get('/api', { accept: DISCOVERY })
      const groups = await client().get('/apis', { accept: DISCOVERY })
      expect(core.headers['content-type']).toBe(DISCOVERY)
      const told = [...core.body.items, ...groups.body.items].flatMap((group: Group) =>
        group.versions.flatMap(({ version, resources = [] }) =>
          resources.map(({ resource }) => `${groupVersion({ group: group.metadata.name ?? '', version })} ${resource}`),
        ),
      )
      const known = BUILT_IN.flatMap(version => version.kinds.map(kind => `${groupVersion(version)} ${kind.resource}`))
      expect(told.filter(kind => known.includes(kind))).toEqual(known)
    })

    it('describes a kind with its scope, verbs, names and subresources', async () => {
      const { body } = await client().get('/apis', { accept: DISCOVERY })
      const apps = body.items.find((group: Group) => group.metadata.name === 'apps')
      expect(apps.versions[0].resources.find((kind: { resource: string }) => kind.resource === 'daemonsets')).toEqual({
        resource: 'daemonsets',
        responseKind: { group: '', version: '', kind: 'DaemonSet' },
        scope: 'Namespaced',
        singularResource: 'daemonset',
        verbs: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'],
        shortNames: ['ds'],
        categories: ['all'],
        subresources: [
          {
            subresource: 'status',
            responseKind: { group: '', version: '', kind: 'DaemonSet' },
            verbs: ['get', 'patch', 'update'],
          },
        ],
      })
    })

    it('answers a client that does not know the single document with the old ones', async () => {
      expect((await client().get('/api')).body).toMatchObject({ kind: 'APIVersions', versions: ['v1'] })
      const { body } = await client().get('/apis', { accept: 'application/json' })
      expect(body).toMatchObject({ kind: 'APIGroupList', apiVersion: 'v1' })
      expect(body.groups.find((group: { name: string }) => group.name === 'autoscaling')).toEqual({
        name: 'autoscaling',
        versions: [
          { groupVersion: 'autoscaling/v2', version: 'v2' },
          { groupVersion: 'autoscaling/v1', version: 'v1' },
        ],
        preferredVersion: { groupVersion: 'autoscaling/v2', version: 'v2' },
      })
      expect((await client().get('/apis/autoscaling')).body).toMatchObject({ kind: 'APIGroup', name: 'autoscaling' })
    })

    it('lists the resources of one group-version, subresources included', async () => {
      const { body } = await client().get('/api/v1')
      expect(body).toMatchObject({ kind: 'APIResourceList', groupVersion: 'v1' })
      const names = body.resources.map((resource: { name: string }) => resource.name)
      expect(names).toEqual(expect.arrayContaining(['configmaps', 'pods', 'pods/status']))
    })

    it('says version and readiness', async () => {
      expect((await client().get('/version')).body).toMatchObject({ major: '1', minor: '36' })
      expect((await client().get('/readyz')).text).toBe('ok')
    })

    it.for([
      '/apis/nobody.example',
      '/apis/nobody.example/v1',
      '/apis/nobody.example/v1/things',
      '/nothing',
    ])('has nothing at %s', async path => {
      const reply = await client().get(path)
      expect(reply).toMatchObject({ status: 404, text: '404 page not found\n' })
    })

    it('shows an aggregated API that nobody answers as stale, and answers 503 for it, until it is taken back', async () => {
      const group = `${unique('dead')}.lateen.test`
      const spec = {
        group,
        version: 'v1beta1',
        groupPriorityMinimum: 100,
        versionPriority: 100,
        insecureSkipTLSVerify: true,
        service: { namespace: 'default', name: 'nobody' },
      }
      const made = await client().post(SERVICES, { metadata: { name: `v1beta1.${group}` }, spec })
      client().undo(`${SERVICES}/v1beta1.${group}`)
      expect(made.status).toBe(201)
      const find = (items: Group[]) => items.find(item => item.metadata.name === group)
      await expect
        .poll(async () => find((await client().get('/apis', { accept: DISCOVERY })).body.items), { timeout: 20_000 })
        .toEqual({ metadata: { name: group }, versions: [{ version: 'v1beta1', freshness: 'Stale' }] })
      expect(await client().get(`/apis/${group}/v1beta1`)).toMatchObject({ status: 503, text: 'service unavailable\n' })
      const service = await client().eventually(`${SERVICES}/v1beta1.${group}`, ({ body }) => body.status?.conditions)
      expect(service.body.status.conditions[0]).toMatchObject({ type: 'Available', status: 'False' })
      await client().delete(`${SERVICES}/v1beta1.${group}`)
      await expect
        .poll(async () => find((await client().get('/apis', { accept: DISCOVERY })).body.items), { timeout: 20_000 })
        .toBeUndefined()
    })
  })
}
