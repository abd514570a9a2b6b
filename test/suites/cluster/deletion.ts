import { beforeAll, describe, expect, it } from 'vitest'
import type { WithClient } from '../cluster.ts'
import { MERGE, unique } from './client.ts'

export function deletionTests(client: WithClient): void {
  describe('deletion', () => {
    let namespace: string
    let path: string
    const made = async (metadata: object = {}) => {
      const name = unique('cm')
      const { body } = await client().post(path, { metadata: { name, ...metadata } })
      return { name, path: `${path}/${name}`, uid: body.metadata.uid as string }
    }
    beforeAll(async () => {
      namespace = await client().namespace()
      path = `/api/v1/namespaces/${namespace}/configmaps`
    })

    it('answers a Status with what is gone', async () => {
      const { name, path, uid } = await made()
      const { status, body } = await client().delete(path)
      expect([status, body]).toEqual([
        200,
        {
          kind: 'Status',
          apiVersion: 'v1',
          metadata: {},
          status: 'Success',
          details: { name, kind: 'configmaps', uid },
        },
      ])
      expect((await client().get(path)).status).toBe(404)
      expect((await client().delete(path)).status).toBe(404)
    })

    it('of another uid than the one meant is refused', async () => {
      const { name, path, uid } = await made()
      expect(await client().delete(path, { preconditions: { uid: 'other' } })).toMatchObject({
        status: 409,
        body: { reason: 'Conflict', details: { name, kind: 'ConfigMap' }, message: expect.stringContaining(uid) },
      })
      expect((await client().delete(path, { preconditions: { uid } })).status).toBe(200)
    })

    it('waits for finalizers, and refuses new ones meanwhile', async () => {
      const { path } = await made({ finalizers: ['lateen.test/hold'] })
      const { status, body } = await client().delete(path)
      expect([status, body.kind, body.metadata.deletionGracePeriodSeconds]).toEqual([200, 'ConfigMap', 0])
      expect(body.metadata.deletionTimestamp).toBeDefined()
      const more = { metadata: { finalizers: ['lateen.test/hold', 'lateen.test/more'] } }
      expect((await client().patch(path, MERGE, more)).status).toBe(422)
      expect((await client().patch(path, MERGE, { metadata: { finalizers: null } })).status).toBe(200)
      expect((await client().get(path)).status).toBe(404)
    })

    it('of a collection deletes what the selector wants', async () => {
      await made({ labels: { batch: 'x' } })
      const { name } = await made({ labels: { batch: 'y' } })
      expect((await client().delete(`${path}?labelSelector=batch%3Dx`)).status).toBe(200)
      const { body } = await client().get(`${path}?labelSelector=batch`)
      expect(body.items.map((item: { metadata: { name: string } }) => item.metadata.name)).toEqual([name])
    })

    it.for([
      ['Background', 404],
      ['Foreground', 404],
      ['Orphan', 200],
    ] as const)('with propagation %s leaves its dependants at %i', async ([propagationPolicy, status]) => {
      const owner = await made()
      const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: owner.name, uid: owner.uid }]
      const dependant = await made({ ownerReferences })
      expect((await client().delete(owner.path, { propagationPolicy })).status).toBe(200)
      await client().eventually(owner.path, reply => reply.status === 404)
      const left = await client().eventually(
        dependant.path,
        reply => reply.status === status && (status === 404 || reply.body.metadata.ownerReferences === undefined),
      )
      expect(left.status).toBe(status)
    })
  })

  describe('namespaces', () => {
    it('have a label with their name, a ServiceAccount and the root certificate', async () => {
      const name = await client().namespace()
      const { body } = await client().get(`/api/v1/namespaces/${name}`)
      expect(body).toMatchObject({
        metadata: { labels: { 'kubernetes.io/metadata.name': name } },
        spec: { finalizers: ['kubernetes'] },
        status: { phase: 'Active' },
      })
      const ca = `/api/v1/namespaces/${name}/configmaps/kube-root-ca.crt`
      expect((await client().eventually(ca, ({ status }) => status === 200)).body.data).toHaveProperty('ca.crt')
    })

    it('that are deleted take nothing new, empty themselves and disappear', async () => {
      const name = await client().namespace()
      const path = `/api/v1/namespaces/${name}`
      const held = `${path}/configmaps/held`
      await client().post(`${path}/configmaps`, { metadata: { name: 'held', finalizers: ['lateen.test/hold'] } })
      await client().post(`${path}/configmaps`, { metadata: { name: 'free' } })
      const { status, body } = await client().delete(path)
      expect([status, body.status.phase]).toEqual([200, 'Terminating'])
      expect(body.metadata.deletionTimestamp).toBeDefined()
      expect(await client().post(`${path}/configmaps`, { metadata: { name: 'late' } })).toMatchObject({
        status: 403,
        body: {
          message: `configmaps "late" is forbidden: unable to create new content in namespace ${name} because it is being terminated`,
          reason: 'Forbidden',
          details: { causes: [{ reason: 'NamespaceTerminating' }] },
        },
      })
      expect((await client().post('/api/v1/namespaces', { metadata: { name } })).body.message).toBe(
        `object is being deleted: namespaces "${name}" already exists`,
      )
      await client().eventually(`${path}/configmaps/free`, reply => reply.status === 404)
      await client().eventually(held, reply => reply.body.metadata.deletionTimestamp !== undefined)
      const waiting = await client().eventually(path, reply =>
        reply.body.status.conditions?.some((known: { type: string }) => known.type === 'NamespaceFinalizersRemaining'),
      )
      expect(waiting.body.status.conditions).toContainEqual(
        expect.objectContaining({
          type: 'NamespaceFinalizersRemaining',
          status: 'True',
          message: 'Some content in the namespace has finalizers remaining: lateen.test/hold in 1 resource instances',
        }),
      )
      await client().patch(held, MERGE, { metadata: { finalizers: null } })
      await client().eventually(path, reply => reply.status === 404)
      expect((await client().post('/api/v1/namespaces', { metadata: { name } })).status).toBe(201)
    })

    it('of the system can not be deleted', async () => {
      for (const name of ['default', 'kube-system'])
        expect(await client().delete(`/api/v1/namespaces/${name}`)).toMatchObject({
          status: 403,
          body: { message: `namespaces "${name}" is forbidden: this namespace may not be deleted` },
        })
    })
  })
}
