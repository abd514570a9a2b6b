import { beforeAll, describe, expect, it } from 'vitest'
import type { WithClient } from '../cluster.ts'
import { JSON_PATCH, MERGE, STRATEGIC, unique } from './client.ts'

export function changeTests(client: WithClient): void {
  describe('changes', () => {
    let namespace: string
    const made = async (object: object = { data: { a: '1', b: '2' } }) => {
      const name = unique('cm')
      const collection = `/api/v1/namespaces/${namespace}/configmaps`
      const { body } = await client().post(`${collection}?fieldManager=first`, { metadata: { name }, ...object })
      return { name, path: `${collection}/${name}`, object: body }
    }
    beforeAll(async () => {
      namespace = await client().namespace()
    })

    it('by PUT replace the object, with or without the resourceVersion that it has', async () => {
      const { name, path, object } = await made()
      const { resourceVersion } = object.metadata
      const first = await client().put(path, { metadata: { name, resourceVersion }, data: { c: '3' } })
      expect([first.status, first.body.data]).toEqual([200, { c: '3' }])
      expect(Number(first.body.metadata.resourceVersion)).toBeGreaterThan(Number(resourceVersion))
      expect((await client().put(path, { metadata: { name }, data: { d: '4' } })).body.data).toEqual({ d: '4' })
    })

    it('by PUT are refused at another resourceVersion, under another name and where nothing is', async () => {
      const { name, path } = await made()
      expect(await client().put(path, { metadata: { name, resourceVersion: '1' } })).toMatchObject({
        status: 409,
        body: {
          message: `Operation cannot be fulfilled on configmaps "${name}": the object has been modified; please apply your changes to the latest version and try again`,
          reason: 'Conflict',
          details: { name, kind: 'configmaps' },
        },
      })
      expect((await client().put(path, { metadata: { name: 'other' } })).status).toBe(400)
      expect((await client().put(`${path}-none`, { metadata: { name: `${name}-none` } })).status).toBe(404)
    })

    it('by merge patch remove what is null and keep the rest', async () => {
      const { path } = await made()
      const { status, body } = await client().patch(`${path}?fieldManager=second`, MERGE, { data: { a: null, c: '3' } })
      expect([status, body.data]).toEqual([200, { b: '2', c: '3' }])
      expect(body.metadata.managedFields).toMatchObject([
        { manager: 'first', fieldsV1: { 'f:data': { '.': {}, 'f:b': {} } } },
        { manager: 'second', fieldsV1: { 'f:data': { 'f:c': {} } } },
      ])
    })

    it('by JSON patch happen in order or not at all', async () => {
      const { path } = await made()
      const { body } = await client().patch(path, JSON_PATCH, [
        { op: 'test', path: '/data/a', value: '1' },
        { op: 'replace', path: '/data/a', value: '9' },
        { op: 'remove', path: '/data/b' },
        { op: 'add', path: '/metadata/labels', value: { 'example.com/x': 'y' } },
        { op: 'replace', path: '/metadata/labels/example.com~1x', value: 'z' },
      ])
      expect([body.data, body.metadata.labels]).toEqual([{ a: '9' }, { 'example.com/x': 'z' }])
      const failing = [
        { op: 'replace', path: '/data/a', value: '0' },
        { op: 'test', path: '/data/a', value: 'no' },
      ]
      expect(await client().patch(path, JSON_PATCH, failing)).toMatchObject({
        status: 422,
        body: { reason: 'Invalid' },
      })
      expect((await client().get(path)).body.data).toEqual({ a: '9' })
    })

    it('by strategic merge patch merge lists by their keys', async () => {
      const path = `/api/v1/namespaces/${namespace}/serviceaccounts`
      const name = unique('sa')
      const secrets = [{ name: 'one' }, { name: 'two' }]
      await client().post(path, { metadata: { name, finalizers: ['lateen.test/one'] }, secrets })
      const { body } = await client().patch(`${path}/${name}`, STRATEGIC, {
        metadata: { finalizers: ['lateen.test/two'] },
        secrets: [{ name: 'three' }, { name: 'one', $patch: 'delete' }],
      })
      const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1)
      expect(body.secrets.sort(byName)).toEqual([{ name: 'three' }, { name: 'two' }])
      expect([...body.metadata.finalizers].sort()).toEqual(['lateen.test/one', 'lateen.test/two'])
      await client().patch(`${path}/${name}`, MERGE, { metadata: { finalizers: null } })
    })

    it('that change nothing keep the resourceVersion', async () => {
      const { path, object } = await made()
      const { body } = await client().patch(`${path}?fieldManager=first`, MERGE, { data: { a: '1' } })
      expect(body).toEqual(object)
    })

    it('need a media type that says what they are', async () => {
      const { path } = await made()
      expect(await client().patch(path, 'application/json', {})).toMatchObject({
        status: 415,
        body: { reason: 'UnsupportedMediaType' },
      })
    })

    it('can set managedFields, and wipe them, after which nobody is followed any more', async () => {
      const { path } = await made()
      const entry = {
        manager: 'source',
        operation: 'Apply',
        apiVersion: 'v1',
        time: '2020-01-01T00:00:00Z',
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:data': { 'f:a': {} } },
      }
      const set = await client().patch(path, MERGE, { metadata: { managedFields: [entry] } })
      expect(set.body.metadata.managedFields).toEqual([entry])
      const kept = await client().patch(path, MERGE, { metadata: { managedFields: null } })
      expect(kept.body.metadata).toEqual(set.body.metadata)
      const wiped = await client().patch(path, MERGE, { metadata: { managedFields: [] }, data: { c: '3' } })
      expect([wiped.body.metadata.managedFields, wiped.body.data.c]).toEqual([undefined, '3'])
      const later = await client().patch(path, MERGE, { data: { d: '4' } })
      expect(later.body.metadata.managedFields).toBeUndefined()
    })

    it('are refused for what can not change: uid, name, a sealed ConfigMap', async () => {
      const { path } = await made({ immutable: true, data: { a: '1' } })
      expect((await client().patch(path, MERGE, { metadata: { uid: 'x' } })).status).toBe(422)
      expect((await client().patch(path, MERGE, { metadata: { name: 'x' } })).status).toBe(400)
      const { status, body } = await client().patch(path, MERGE, { data: { a: '2' } })
      expect([status, body.details.causes]).toEqual([
        422,
        [
          {
            reason: 'FieldValueForbidden',
            message: 'Forbidden: field is immutable when `immutable` is set',
            field: 'data',
          },
        ],
      ])
      expect((await client().patch(path, MERGE, { immutable: false })).status).toBe(422)
    })

    it('are only tried with dryRun=All', async () => {
      const { path, object } = await made()
      const { body } = await client().patch(`${path}?dryRun=All`, MERGE, { data: { a: '9' } })
      expect(body.data.a).toBe('9')
      expect((await client().get(path)).body).toEqual(object)
    })
  })
}
