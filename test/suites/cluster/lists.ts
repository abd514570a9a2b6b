import { beforeAll, describe, expect, it } from 'vitest'
import type { WithClient } from '../cluster.ts'
import { defineSails, type Reply, unique } from './client.ts'

const names = ({ body }: Reply): string[] =>
  body.items.map((item: { metadata: { name: string } }) => item.metadata.name)
const query = (parameters: Record<string, string>) => `?${new URLSearchParams(parameters)}`

export function listTests(client: WithClient): void {
  describe('lists', () => {
    let secrets: string
    beforeAll(async () => {
      secrets = `/api/v1/namespaces/${await client().namespace()}/secrets`
      const labels: Record<string, Record<string, string>> = {
        s1: { app: 'web', tier: 'front', size: '3' },
        s2: { app: 'web', tier: 'back', size: '12' },
        s3: { app: 'db' },
        s4: {},
        s5: { app: 'web', 'example.com/kept': '' },
      }
      for (const [name, own] of Object.entries(labels))
        await client().post(secrets, { metadata: { name, labels: own } })
    })

    it('leave kind and apiVersion out of built-in items and say their own metadata first', async () => {
      const { body, text } = await client().get(secrets)
      expect(body).toMatchObject({
        kind: 'SecretList',
        apiVersion: 'v1',
        metadata: { resourceVersion: expect.any(String) },
      })
      expect(text).toMatch(/^\{"kind":"SecretList","apiVersion":"v1","metadata":\{[^}]*\},"items":\[\{"metadata":/)
      expect(Object.keys(body.items[0])).toEqual(['metadata', 'type'])
    })

    it('are whole and empty for a namespace that does not exist', async () => {
      expect((await client().get(`/api/v1/namespaces/${unique('none')}/secrets`)).body.items).toEqual([])
    })

    it('come in pages that count what remains', async () => {
      const first = await client().get(secrets + query({ limit: '2' }))
      expect([names(first), first.body.metadata.remainingItemCount]).toEqual([['s1', 's2'], 3])
      const second = await client().get(secrets + query({ limit: '2', continue: first.body.metadata.continue }))
      expect([names(second), second.body.metadata.remainingItemCount]).toEqual([['s3', 's4'], 1])
      const last = await client().get(secrets + query({ limit: '2', continue: second.body.metadata.continue }))
      expect(names(last)).toEqual(['s5'])
      expect(last.body.metadata).toEqual({ resourceVersion: first.body.metadata.resourceVersion })
    })

    it('show one moment on all their pages, whatever is written in between', async () => {
      const path = `/api/v1/namespaces/${await client().namespace()}/secrets`
      for (const name of ['a', 'b', 'c']) await client().post(path, { metadata: { name } })
      const first = await client().get(path + query({ limit: '1' }))
      await client().post(path, { metadata: { name: 'aa' } })
      await client().delete(`${path}/b`)
      const rest = await client().get(path + query({ continue: first.body.metadata.continue }))
      expect(names(rest)).toEqual(['b', 'c'])
      expect(rest.body.metadata.resourceVersion).toBe(first.body.metadata.resourceVersion)
    })

    it('are in the order of the bytes of namespace/name', async () => {
      const base = unique('order')
      const inOrder = [`${base}-z`, base]
      for (const name of [...inOrder].reverse()) {
        await client().post('/api/v1/namespaces', { metadata: { name } })
        client().undo(`/api/v1/namespaces/${name}`)
        for (const secret of ['b', 'a.b', 'a-b', 'a'])
          await client().post(`/api/v1/namespaces/${name}/secrets`, {
            metadata: { name: secret, labels: { of: base } },
          })
      }
      const { body } = await client().get(`/api/v1/secrets${query({ labelSelector: `of=${base}` })}`)
      const keys = body.items.map(
        ({ metadata }: { metadata: Record<string, string> }) => `${metadata.namespace}/${metadata.name}`,
      )
      expect(keys).toEqual(inOrder.flatMap(namespace => ['a', 'a-b', 'a.b', 'b'].map(name => `${namespace}/${name}`)))
    })

    it.for([
      ['app=web', ['s1', 's2', 's5']],
      ['app==web,tier!=back', ['s1', 's5']],
      ['app!=web', ['s3', 's4']],
      ['app in (web, db)', ['s1', 's2', 's3', 's5']],
      ['app notin (web)', ['s3', 's4']],
      ['tier', ['s1', 's2']],
      ['!app', ['s4']],
      ['example.com/kept=', ['s5']],
      ['app in (web),!tier', ['s5']],
      ['size>5', ['s2']],
      ['size<5', ['s1']],
      ['', ['s1', 's2', 's3', 's4', 's5']],
    ] as const)('keep what the label selector %j wants', async ([labelSelector, wanted]) => {
      expect(names(await client().get(secrets + query({ labelSelector })))).toEqual(wanted)
    })

    it('page under a label selector without a count of what remains', async () => {
      const first = await client().get(secrets + query({ labelSelector: 'app=web', limit: '2' }))
      expect(names(first)).toEqual(['s1', 's2'])
      expect(first.body.metadata.remainingItemCount).toBeUndefined()
      const token = first.body.metadata.continue
      const rest = await client().get(secrets + query({ labelSelector: 'app=web', limit: '2', continue: token }))
      expect(names(rest)).toEqual(['s5'])
    })

    it('know the fields metadata.name and metadata.namespace', async () => {
      expect(names(await client().get(secrets + query({ fieldSelector: 'metadata.name=s3' })))).toEqual(['s3'])
      const namespace = secrets.split('/')[4] ?? ''
      const everywhere = await client().get(
        `/api/v1/secrets${query({ fieldSelector: `metadata.namespace=${namespace},metadata.name!=s1` })}`,
      )
      expect(names(everywhere)).toEqual(['s2', 's3', 's4', 's5'])
    })

    it.for([
      { limit: 'many' },
      { labelSelector: 'a=b=c' },
      { fieldSelector: 'data.x=y' },
      { continue: 'nonsense' },
    ])('refuse %j', async parameters => {
      const reply = await client().get(secrets.replace('secrets', 'configmaps') + query(parameters))
      expect(reply).toMatchObject({ status: 400, body: { reason: 'BadRequest', code: 400 } })
    })

    it('show an event in both groups that have events, in the words of each', async () => {
      const namespace = await client().namespace()
      const regarding = { kind: 'Pod', name: 'x', namespace }
      const event = {
        metadata: { name: 'e' },
        involvedObject: regarding,
        reason: 'R',
        message: 'M',
        type: 'Normal',
        count: 2,
      }
      expect((await client().post(`/api/v1/namespaces/${namespace}/events`, event)).status).toBe(201)
      const { body } = await client().get(`/apis/events.k8s.io/v1/namespaces/${namespace}/events/e`)
      expect(body).toMatchObject({
        apiVersion: 'events.k8s.io/v1',
        regarding,
        reason: 'R',
        note: 'M',
        deprecatedCount: 2,
      })
      expect(body.message).toBeUndefined()
    })

    it('of custom kinds are maps in the order of their keys, with kind and apiVersion in every item', async () => {
      const group = await defineSails(client())
      const namespace = await client().namespace()
      const path = `/apis/${group}/v1/namespaces/${namespace}/sails`
      for (const name of ['one', 'two'])
        await client().post(path, { apiVersion: `${group}/v1`, kind: 'Sail', metadata: { name }, area: 1, zone: 2 })
      const { body, text } = await client().get(path + query({ limit: '1' }))
      expect(Object.keys(body)).toEqual(['apiVersion', 'items', 'kind', 'metadata'])
      expect(Object.keys(body.items[0])).toEqual(['apiVersion', 'area', 'kind', 'metadata', 'zone'])
      expect(body).toMatchObject({
        kind: 'SailList',
        metadata: { continue: expect.any(String), remainingItemCount: 1 },
      })
      expect(text).toMatch(new RegExp(`^\\{"apiVersion":"${group}/v1","items":\\[`))
      const rest = await client().get(path + query({ limit: '1', continue: body.metadata.continue }))
      expect(rest.body.metadata).toEqual({ continue: '', resourceVersion: body.metadata.resourceVersion })
    })
  })
}
