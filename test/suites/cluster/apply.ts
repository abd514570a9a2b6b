import { beforeAll, describe, expect, it } from 'vitest'
import type { WithClient } from '../cluster.ts'
import { APPLY, MERGE, unique } from './client.ts'

export function applyTests(client: WithClient): void {
  describe('server-side apply', () => {
    let namespace: string
    const apply = (name: string, manager: string, data: object, more = '') =>
      client().patch(`/api/v1/namespaces/${namespace}/configmaps/${name}?fieldManager=${manager}${more}`, APPLY, {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name },
        data,
      })
    beforeAll(async () => {
      namespace = await client().namespace()
    })

    it('creates, and owns exactly what was stated', async () => {
      const { status, body } = await apply(unique('cm'), 'one', { a: '1' })
      expect(status).toBe(201)
      expect(body.metadata.managedFields).toEqual([
        {
          manager: 'one',
          operation: 'Apply',
          apiVersion: 'v1',
          time: expect.any(String),
          fieldsType: 'FieldsV1',
          fieldsV1: { 'f:data': { 'f:a': {} } },
        },
      ])
    })

    it('takes away what the same manager does not state any more, and only that', async () => {
      const name = unique('cm')
      await apply(name, 'one', { a: '1', b: '2' })
      await client().patch(`/api/v1/namespaces/${namespace}/configmaps/${name}`, MERGE, { data: { c: '3' } })
      const { body } = await apply(name, 'one', { a: '1' })
      expect(body.data).toEqual({ a: '1', c: '3' })
      expect(body.metadata.managedFields).toMatchObject([
        { manager: 'one', operation: 'Apply', fieldsV1: { 'f:data': { 'f:a': {} } } },
        { manager: 'suite', operation: 'Update', fieldsV1: { 'f:data': { 'f:c': {} } } },
      ])
    })

    it('is refused where it would change what another manager owns, unless forced', async () => {
      const name = unique('cm')
      await apply(name, 'one', { a: '1' })
      expect(await apply(name, 'two', { a: '2' })).toMatchObject({
        status: 409,
        body: {
          message: 'Apply failed with 1 conflict: conflict with "one": .data.a',
          reason: 'Conflict',
          details: {
            causes: [{ reason: 'FieldManagerConflict', message: 'conflict with "one"', field: '.data.a' }],
          },
        },
      })
      const { body } = await apply(name, 'two', { a: '2' }, '&force=true')
      expect(body.data).toEqual({ a: '2' })
      expect(body.metadata.managedFields).toMatchObject([{ manager: 'two', fieldsV1: { 'f:data': { 'f:a': {} } } }])
    })

    it('shares a field that two managers state alike; the second one, who changed nothing, has no time', async () => {
      const name = unique('cm')
      await apply(name, 'one', { a: '1' })
      const { body } = await apply(name, 'two', { a: '1' })
      const [second, first] = body.metadata.managedFields
      expect([second.manager, second.time, first.manager]).toEqual(['two', undefined, 'one'])
      expect((await apply(name, 'one', {})).body.data).toEqual({ a: '1' })
    })

    it('merges the containers of a workload by name', async () => {
      const name = unique('web')
      const path = `/apis/apps/v1/namespaces/${namespace}/deployments`
      const labels = { app: name }
      const containers = [
        { name: 'a', image: 'nginx:1', ports: [{ containerPort: 80 }], env: [{ name: 'X', value: '1' }] },
      ]
      const spec = {
        replicas: 0,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers } },
      }
      const stated = (spec: object) => ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name }, spec })
      const made = await client().patch(`${path}/${name}?fieldManager=one`, APPLY, stated(spec))
      expect(made.status).toBe(201)
      expect(made.body.metadata.managedFields[0].fieldsV1['f:spec']['f:template']['f:spec']).toEqual({
        'f:containers': {
          'k:{"name":"a"}': {
            '.': {},
            'f:env': { 'k:{"name":"X"}': { '.': {}, 'f:name': {}, 'f:value': {} } },
            'f:image': {},
            'f:name': {},
            'f:ports': { 'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {} } },
          },
        },
      })
      const side = { template: { spec: { containers: [{ name: 'b', image: 'side:1' }] } } }
      const { status, body } = await client().patch(`${path}/${name}?fieldManager=two`, APPLY, stated(side))
      expect(status).toBe(200)
      expect(body.spec.template.spec.containers).toMatchObject([
        { name: 'a', image: 'nginx:1' },
        { name: 'b', image: 'side:1' },
      ])
      const less = {
        ...spec,
        template: { metadata: { labels }, spec: { containers: [{ name: 'a', image: 'nginx:2' }] } },
      }
      const later = await client().patch(`${path}/${name}?fieldManager=one`, APPLY, stated(less))
      expect(later.body.spec.template.spec.containers[0]).toMatchObject({ name: 'a', image: 'nginx:2' })
      expect(later.body.spec.template.spec.containers[0].env).toBeUndefined()
    })

    it('needs to know who applies, and takes no managedFields', async () => {
      const path = `/api/v1/namespaces/${namespace}/configmaps/x`
      const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' } }
      expect(await client().patch(path, APPLY, body)).toMatchObject({
        status: 422,
        body: { details: { causes: [{ field: 'fieldManager', reason: 'FieldValueRequired' }] } },
      })
      const managedFields = [
        { manager: 'm', operation: 'Apply', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: {} },
      ]
      const owned = { ...body, metadata: { name: 'x', managedFields } }
      expect((await client().patch(`${path}?fieldManager=one`, APPLY, owned)).status).toBe(400)
    })
  })
}
