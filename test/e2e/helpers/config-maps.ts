import { randomBytes } from 'node:crypto'
import { exchange } from '../../../lib/cluster/http/read.ts'
import { createObject, patchObject, resourcePath } from '../../../lib/cluster/objects.ts'
import type { Transport } from '../../../lib/cluster/types.ts'
import { configMaps, namespaces } from './cluster.ts'

/** A namespace with many ConfigMaps of some KiB that no compression makes small: several uploads' worth. */
export async function manyConfigMaps(transport: Transport, namespace: string, count: number): Promise<void> {
  await createObject(transport, namespaces, undefined, JSON.stringify({ metadata: { name: namespace } }))
  const numbers = Array.from({ length: count }, (_, i) => i).values()
  const work = async () => {
    for (const i of numbers) {
      const body = { metadata: { name: `many-${i}` }, data: { noise: randomBytes(6_000).toString('base64') } }
      await createObject(transport, configMaps, namespace, JSON.stringify(body))
    }
  }
  await Promise.all(Array.from({ length: 12 }, work))
}

/**
 * ConfigMaps that somebody applied server-side and somebody else has added to: to bring their owners back takes a second
 * write.
 */
export async function appliedConfigMaps(transport: Transport, namespace: string, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const place = { namespace, name: `applied-${i}` }
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: place.name }, data: { applied: `${i}` } }
    const path = `${resourcePath(configMaps, namespace, place.name)}?fieldManager=gitops`
    const contentType = 'application/apply-patch+yaml'
    await exchange(transport, { method: 'PATCH', path, contentType, body: JSON.stringify(object) })
    await patchObject(transport, configMaps, place, 'application/merge-patch+json', '{"data":{"added":"x"}}')
  }
}
