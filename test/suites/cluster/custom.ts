import { beforeAll, describe, expect, it } from 'vitest'
import type { WithClient } from '../cluster.ts'
import { APPLY, DEFINITIONS, DISCOVERY, defineSails, definition, MERGE, unique } from './client.ts'

export function customTests(client: WithClient): void {
  describe('custom kinds', () => {
    let group: string
    let namespace: string
    let sails: string
    const sail = (name: string, rest: object = {}) => ({
      apiVersion: `${group}/v1`,
      kind: 'Sail',
      metadata: { name },
      ...rest,
    })
    beforeAll(async () => {
      group = await defineSails(client())
      namespace = await client().namespace()
      sails = `/apis/${group}/v1/namespaces/${namespace}/sails`
    })

    it('are established, with their names accepted, and are there in discovery', async () => {
      const { body } = await client().get(`${DEFINITIONS}/sails.${group}`)
      expect(body.status).toMatchObject({
        conditions: [
          { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts' },
          { type: 'Established', status: 'True', reason: 'InitialNamesAccepted' },
        ],
        acceptedNames: { plural: 'sails', singular: 'sail', kind: 'Sail', listKind: 'SailList', shortNames: ['sl'] },
        storedVersions: ['v1'],
      })
      const find = async () =>
        (await client().get('/apis', { accept: DISCOVERY })).body.items.find(
          (item: { metadata: { name: string } }) => item.metadata.name === group,
        )
      const versions = (item: { versions: { version: string }[] } | undefined) =>
        item?.versions.map(({ version }) => version)
      await expect.poll(async () => versions(await find()), { timeout: 20_000 }).toEqual(['v1', 'v1beta1'])
      expect((await find()).versions[0].resources).toEqual([
        {
          resource: 'sails',
          responseKind: { group, version: 'v1', kind: 'Sail' },
          scope: 'Namespaced',
          singularResource: 'sail',
          verbs: ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'],
          shortNames: ['sl'],
          subresources: [
            {
              subresource: 'status',
              responseKind: { group, version: 'v1', kind: 'Sail' },
              verbs: ['get', 'patch', 'update'],
            },
          ],
        },
      ])
      expect((await client().get(`/apis/apiregistration.k8s.io/v1/apiservices/v1.${group}`)).body).toMatchObject({
        metadata: { labels: { 'kube-aggregator.kubernetes.io/automanaged': 'true' } },
      })
    })

    it('keep numbers to the digit, as far as 64 bits and doubles go, and any text', async () => {
      const spec = `{"big":12345678901234567,"least":-9223372036854775808,"over":123456789012345678901,"one":1.0,"far":1e21,
        "small":1e-7,"zero":-0.0,"text":"\\u2028<>&é😀","none":null,"__proto__":{"a":1},"list":[{"b":1,"a":null}]}`
      const name = unique('n')
      const body = `{"apiVersion":"${group}/v1","kind":"Sail","metadata":{"name":"${name}"},"spec":${spec}}`
      expect((await client().post(sails, body)).status).toBe(201)
      const { text } = await client().get(`${sails}/${name}`)
      expect(text).toContain(
        '"spec":{"__proto__":{"a":1},"big":12345678901234567,"far":1e+21,"least":-9223372036854775808,' +
          '"list":[{"a":null,"b":1}],"none":null,"one":1,"over":123456789012345680000,"small":1e-7,' +
          '"text":"\\u2028\\u003c\\u003e\\u0026é😀","zero":0}',
      )
      const patched = await client().patch(`${sails}/${name}`, MERGE, '{"spec":{"next":12345678901234569}}')
      expect(patched.text).toMatch(/"big":12345678901234567,.*"next":12345678901234569,/)
    })

    it('are one object in all their versions', async () => {
      const name = unique('v')
      const written = { apiVersion: `${group}/v1beta1`, kind: 'Sail', metadata: { name }, area: 3 }
      await client().post(sails.replace('v1', 'v1beta1'), written)
      const [old, fresh] = [
        await client().get(`${sails.replace('v1', 'v1beta1')}/${name}`),
        await client().get(`${sails}/${name}`),
      ]
      expect([old.body.apiVersion, fresh.body.apiVersion, fresh.body.area]).toEqual([
        `${group}/v1beta1`,
        `${group}/v1`,
        3,
      ])
      expect(fresh.body.metadata).toEqual(old.body.metadata)
      const { body } = await client().get(sails)
      expect(new Set(body.items.map((item: { apiVersion: string }) => item.apiVersion))).toEqual(
        new Set([`${group}/v1`]),
      )
    })

    it('must say their kind and version, and the resourceVersion that they replace', async () => {
      expect((await client().post(sails, { metadata: { name: 'x' } })).status).toBe(400)
      expect((await client().post(sails, sail('x', { apiVersion: `${group}/v1beta1` }))).status).toBe(400)
      const name = unique('r')
      await client().post(sails, sail(name))
      expect(await client().put(`${sails}/${name}`, sail(name, { area: 1 }))).toMatchObject({
        status: 422,
        body: { details: { causes: [{ field: 'metadata.resourceVersion' }] } },
      })
    })

    it('have a status that only its subresource writes', async () => {
      const name = unique('s')
      const made = await client().post(sails, sail(name, { area: 1, status: { lost: true } }))
      expect([made.body.status, made.body.metadata.generation]).toEqual([undefined, 1])
      const { resourceVersion } = made.body.metadata
      const status = { furled: 12345 }
      const set = await client().put(`${sails}/${name}/status`, {
        ...sail(name, { area: 2, status }),
        metadata: { name, resourceVersion },
      })
      expect([set.status, set.body.status, set.body.area, set.body.metadata.generation]).toEqual([200, status, 1, 1])
      const managers: { subresource?: string; fieldsV1: object }[] = set.body.metadata.managedFields
      expect(managers.find(manager => manager.subresource === 'status')?.fieldsV1).toMatchObject({
        'f:status': { '.': {}, 'f:furled': {} },
      })
      const patched = await client().patch(`${sails}/${name}/status`, MERGE, { status: { reefed: true } })
      expect(patched.body.status).toEqual({ ...status, reefed: true })
      const main = await client().patch(`${sails}/${name}`, MERGE, { area: 5, status: { furled: 0 } })
      expect([main.body.area, main.body.status, main.body.metadata.generation]).toEqual([
        5,
        { ...status, reefed: true },
        2,
      ])
      expect((await client().get(`${sails.replace('v1', 'v1beta1')}/${name}/status`)).status).toBe(404)
    })

    it('can be applied', async () => {
      const name = unique('a')
      const path = `${sails}/${name}?fieldManager=one`
      const { status, body } = await client().patch(path, APPLY, sail(name, { spec: { a: { b: 1 } } }))
      expect(status).toBe(201)
      expect(body.metadata.managedFields).toMatchObject([
        { operation: 'Apply', fieldsV1: { 'f:spec': { 'f:a': { 'f:b': {} } } } },
      ])
      expect((await client().patch(path, APPLY, sail(name, { spec: { a: { c: 1 } } }))).body.spec).toEqual({
        a: { c: 1 },
      })
    })

    it('lose what their schema does not know and gain its defaults', async () => {
      const strict = `${unique('g')}.lateen.test`
      const properties = {
        spec: { type: 'object', properties: { area: { type: 'integer' }, rig: { type: 'string', default: 'lateen' } } },
      }
      const schema = { openAPIV3Schema: { type: 'object', properties } }
      const crd = definition(strict, 'Cluster')
      await client().post(DEFINITIONS, {
        ...crd,
        spec: { ...crd.spec, versions: [{ name: 'v1', served: true, storage: true, schema }] },
      })
      client().undo(`${DEFINITIONS}/sails.${strict}`)
      await client().eventually(`/apis/${strict}/v1/sails`, ({ status }) => status === 200)
      const written = {
        apiVersion: `${strict}/v1`,
        kind: 'Sail',
        metadata: { name: 'x' },
        spec: { area: 1, more: 2 },
        extra: 3,
      }
      const { status, body } = await client().post(`/apis/${strict}/v1/sails`, written)
      expect([status, body.spec, body.extra]).toEqual([201, { area: 1, rig: 'lateen' }, undefined])
    })

    it('go with their definition, once their finalizers let them', async () => {
      const own = await defineSails(client())
      const path = `/apis/${own}/v1/namespaces/${namespace}/sails`
      const metadata = { name: 'held', finalizers: ['lateen.test/hold'] }
      await client().post(path, { apiVersion: `${own}/v1`, kind: 'Sail', metadata })
      expect((await client().delete(`${DEFINITIONS}/sails.${own}`)).status).toBe(200)
      await client().eventually(`${path}/held`, reply => reply.body?.metadata?.deletionTimestamp !== undefined)
      expect((await client().get(`${DEFINITIONS}/sails.${own}`)).body.metadata.finalizers).toEqual([
        'customresourcecleanup.apiextensions.k8s.io',
      ])
      await client().patch(`${path}/held`, MERGE, { metadata: { finalizers: null } })
      await client().eventually(`${DEFINITIONS}/sails.${own}`, ({ status }) => status === 404)
      await client().eventually(`/apis/${own}/v1`, ({ status }) => status === 404)
    })

    it('need a definition whose name is its plural and group', async () => {
      const crd = definition(`${unique('g')}.lateen.test`)
      const refused = await client().post(DEFINITIONS, { ...crd, metadata: { name: 'wrong.lateen.test' } })
      expect(refused).toMatchObject({ status: 422, body: { details: { causes: [{ field: 'metadata.name' }] } } })
    })
  })
}
