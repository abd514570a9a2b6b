import { expect, it } from 'vitest'
import type { ApiRequest, Transport } from '../../../lib/cluster/types.ts'
import { writeObject } from '../../../lib/restore/create.ts'
import type { KubeObject, ManagedFieldsEntry } from '../../../lib/restore/types.ts'
import type { Writer, Writing } from '../../../lib/restore/writer.ts'

/** What is sent to create an object that has these owners in the backup. */
async function created(managedFields: ManagedFieldsEntry[]): Promise<KubeObject> {
  const sent: ApiRequest[] = []
  const transport = {
    request: async (request: ApiRequest) => {
      sent.push(request)
      return { status: 201, headers: {}, body: [Buffer.from('{}')] }
    },
  }
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', managedFields }, data: { k: 'v' } }
  const api = { group: '', version: 'v1', name: 'configmaps' }
  const writing = { resource: 'configmaps', namespace: 'n', name: 'a', stored: object, object, target: 'n', id: 'a' }
  const writer = { transport: transport as unknown as Transport } as Writer
  const circumstances = { again: false, lookFirst: false }
  expect(await writeObject(writer, { ...writing, kind: { api } } as unknown as Writing, circumstances)).toMatchObject({
    action: 'created',
  })
  expect(sent[0]?.method).toBe('POST')
  return JSON.parse(String(sent[0]?.body))
}

const owner = (fieldsV1: object, more: ManagedFieldsEntry = {}) => ({
  manager: 'm',
  operation: 'Update' as const,
  fieldsV1: { ...fieldsV1 },
  ...more,
})

it.each<[string, ManagedFieldsEntry[]]>([
  ['that a create gives all fields to anyway', [owner({ 'f:data': {} })]],
  ['that a second write brings back', [owner({ 'f:data': {} }, { operation: 'Apply' })]],
  ['of which there is none', []],
])('an object is created without owners %s', async (_, owners) => {
  expect(await created(owners)).toEqual({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'a' },
    data: { k: 'v' },
  })
})

it.each<[string, ManagedFieldsEntry[]]>([
  ['its status', [owner({ 'f:data': {} }), owner({ 'f:status': {} }, { subresource: 'status' })]],
  ['its owner references', [owner({ 'f:metadata': { 'f:ownerReferences': {} } })]],
  ['the prefix of its name', [owner({ 'f:metadata': { 'f:generateName': {} } })]],
])('who owns %s, which is not written, is told to the API server', async (_, owners) => {
  expect((await created(owners)).metadata.managedFields).toEqual(owners)
})
