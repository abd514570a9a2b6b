import { parseAllDocuments } from 'yaml'
import { discover } from '../lib/cluster/discovery.ts'
import { createObject, getObject } from '../lib/cluster/objects.ts'
import type { Transport } from '../lib/cluster/types.ts'

interface Manifest {
  apiVersion: string
  kind: string
  metadata: { name: string; namespace?: string }
}

/**
 * Creates the objects of a YAML text in their order, as `kubectl create -f` does; what exists already stays. Numbers
 * pass through YAML's reading: a test that is about digits writes its object as JSON. Answers how many were created.
 */
export async function applyManifests(transport: Transport, yaml: string): Promise<number> {
  const { served } = await discover(transport)
  let created = 0
  for (const document of parseAllDocuments(yaml, { intAsBigInt: true })) {
    const object = document.toJS() as Manifest | null
    if (object === null) continue
    const at = object.apiVersion.lastIndexOf('/')
    const [group, version] = [object.apiVersion.slice(0, Math.max(at, 0)), object.apiVersion.slice(at + 1)]
    const resource = served.find(r => r.group === group && r.version === version && r.kind === object.kind)
    if (resource === undefined) throw new Error(`the cluster does not serve ${object.apiVersion} ${object.kind}`)
    const namespace = resource.namespaced ? (object.metadata.namespace ?? 'default') : undefined
    created += await create(transport, resource, namespace, object)
  }
  return created
}

async function create(
  transport: Transport,
  resource: Parameters<typeof createObject>[1],
  namespace: string | undefined,
  object: Manifest,
): Promise<number> {
  const json = JSON.stringify(object, (_, value: unknown) =>
    typeof value === 'bigint' ? rawJson(String(value)) : value,
  )
  // Asked first: a Service that exists is refused for its node port, not for its name.
  if ((await getObject(transport, resource, { namespace, name: object.metadata.name })) !== undefined) return 0
  await createObject(transport, resource, namespace, json)
  return 1
}

/** JSON.rawJSON of Node 24, which TypeScript's library does not know yet: digits as they are. */
const rawJson = (text: string): unknown => (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(text)
