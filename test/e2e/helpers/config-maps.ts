import { randomBytes } from 'node:crypto'
import { createObject } from '../../../lib/cluster/objects.ts'
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
