import { beforeAll, describe, expect, it } from 'vitest'
import type { WithClient } from '../cluster.ts'
import { unique } from './client.ts'

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/
const UID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export function createTests(client: WithClient): void {
  describe('creation', () => {
    let namespace: string
    let path: string
    beforeAll(async () => {
      namespace = await client().namespace()
      path = `/api/v1/namespaces/${namespace}/configmaps`
    })

    it('fills in what belongs to the server and notes who wrote what', async () => {
      const name = unique('cm')
      const metadata = {
        name,
        labels: { a: '1' },
        annotations: { b: '2' },
        uid: 'mine',
        creationTimestamp: '2001-01-01T00:00:00Z',
      }
      const made = await client().post(`${path}?fieldManager=somebody`, { metadata, data: { x: 'y' } })
      expect(made.status).toBe(201)
      expect(made.body).toEqual({
        kind: 'ConfigMap',
        apiVersion: 'v1',
        metadata: {
          name,
          namespace,
          uid: expect.stringMatching(UID),
          resourceVersion: expect.stringMatching(/^\d+$/),
          creationTimestamp: expect.stringMatching(TIME),
          labels: { a: '1' },
          annotations: { b: '2' },
          managedFields: [
            {
              manager: 'somebody',
              operation: 'Update',
              apiVersion: 'v1',
              time: made.body.metadata.creationTimestamp,
              fieldsType: 'FieldsV1',
              fieldsV1: {
                'f:data': { '.': {}, 'f:x': {} },
                'f:metadata': { 'f:annotations': { '.': {}, 'f:b': {} }, 'f:labels': { '.': {}, 'f:a': {} } },
              },
            },
          ],
        },
        data: { x: 'y' },
      })
      expect((await client().get(`${path}/${name}`)).body).toEqual(made.body)
    })

    it('takes the first part of the user agent for the manager, and no managedFields from the client', async () => {
      const managedFields = [
        {
          manager: 'other',
          operation: 'Apply',
          apiVersion: 'v1',
          fieldsType: 'FieldsV1',
          fieldsV1: { 'f:data': { 'f:x': {} } },
        },
      ]
      const { body } = await client().post(path, { metadata: { name: unique('cm'), managedFields }, data: { x: 'y' } })
      expect(body.metadata.managedFields).toMatchObject([{ manager: 'suite', operation: 'Update' }])
    })

    it('makes a name of generateName', async () => {
      const { status, body } = await client().post(path, { metadata: { generateName: 'cm-' } })
      expect([status, body.metadata.name]).toEqual([201, expect.stringMatching(/^cm-[a-z0-9]{5}$/)])
    })

    it('only tries with dryRun=All', async () => {
      const name = unique('cm')
      expect((await client().post(`${path}?dryRun=All`, { metadata: { name } })).status).toBe(201)
      expect((await client().get(`${path}/${name}`)).status).toBe(404)
      expect((await client().post(`${path}?dryRun=Some`, { metadata: { name } })).status).toBe(422)
    })

    it('answers 409 AlreadyExists for a name that is taken', async () => {
      const name = unique('cm')
      await client().post(path, { metadata: { name } })
      expect(await client().post(path, { metadata: { name } })).toMatchObject({
        status: 409,
        body: {
          kind: 'Status',
          message: `configmaps "${name}" already exists`,
          reason: 'AlreadyExists',
          details: { name, kind: 'configmaps' },
        },
      })
    })

    it('answers 404 where the namespace does not exist', async () => {
      const missing = unique('none')
      expect(
        await client().post(`/api/v1/namespaces/${missing}/configmaps`, { metadata: { name: 'a' } }),
      ).toMatchObject({
        status: 404,
        body: { message: `namespaces "${missing}" not found`, reason: 'NotFound', details: { kind: 'namespaces' } },
      })
    })

    it.for([
      [{}, 'metadata.name', 'FieldValueRequired'],
      [{ name: 'UPPER' }, 'metadata.name', 'FieldValueInvalid'],
      [{ name: 'a', labels: { 'a b': 'c' } }, 'metadata.labels', 'FieldValueInvalid'],
      [{ name: 'a', labels: { a: 'b c' } }, 'metadata.labels', 'FieldValueInvalid'],
      [{ name: 'a', finalizers: ['x'] }, 'metadata.finalizers[0]', 'FieldValueInvalid'],
      [
        { name: 'a', ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'x' }] },
        'metadata.ownerReferences.uid',
        'FieldValueInvalid',
      ],
    ] as const)('answers 422 with the field for metadata %j', async ([metadata, field, reason]) => {
      const { status, body } = await client().post(path, { metadata })
      expect([status, body.reason, body.details.kind]).toEqual([422, 'Invalid', 'ConfigMap'])
      expect(body.details.causes).toMatchObject([{ field, reason }])
      expect(body.message).toContain(`is invalid: ${field}: ${body.details.causes[0].message}`)
    })

    it('refuses another namespace, another kind, another version, and what is no JSON', async () => {
      const refused = [
        { metadata: { name: 'a', namespace: 'other' } },
        { kind: 'Secret', apiVersion: 'v1', metadata: { name: 'a' } },
        { kind: 'ConfigMap', apiVersion: 'v2', metadata: { name: 'a' } },
        '{bad',
      ]
      for (const body of refused)
        expect(await client().post(path, body)).toMatchObject({ status: 400, body: { reason: 'BadRequest' } })
    })

    it('refuses an object that has a resourceVersion', async () => {
      expect(await client().post(path, { metadata: { name: 'a', resourceVersion: '1' } })).toMatchObject({
        status: 500,
        body: { message: 'resourceVersion should not be set on objects to be created' },
      })
    })

    it('stores what is written as text in a Secret encoded, and refuses data that is not', async () => {
      const secrets = `/api/v1/namespaces/${namespace}/secrets`
      const { body } = await client().post(secrets, { metadata: { name: unique('s') }, stringData: { a: 'b' } })
      expect(body).toMatchObject({ type: 'Opaque', data: { a: 'Yg==' } })
      expect(body.stringData).toBeUndefined()
      expect((await client().post(secrets, { metadata: { name: 'bad' }, data: { a: '***' } })).status).toBe(400)
    })

    it('answers 404 and 405 for paths and methods that there are not', async () => {
      expect(await client().get(`/api/v1/namespaces/${namespace}/things`)).toMatchObject({
        status: 404,
        body: { message: 'the server could not find the requested resource', reason: 'NotFound' },
      })
      expect(await client().post('/api/v1/configmaps', { metadata: { name: 'a' } })).toMatchObject({
        status: 405,
        body: { reason: 'MethodNotAllowed' },
      })
      expect((await client().get(`${path}/none`)).body).toMatchObject({
        message: 'configmaps "none" not found',
        details: { name: 'none', kind: 'configmaps' },
      })
      expect((await client().get('/apis/apps/v1/namespaces/default/deployments/none')).body).toMatchObject({
        message: 'deployments.apps "none" not found',
        details: { name: 'none', group: 'apps', kind: 'deployments' },
      })
    })
  })
}
