import { resourceOf } from './stored-backup.ts'
import type { Seed, World } from './world.ts'

type Cluster = Pick<World, 'cluster'>

/** Sends a request to the cluster as its first user; answers the JSON, or undefined for 404. */
export async function ask(
  { cluster }: Cluster,
  path: string,
  request: { method?: string; body?: unknown; type?: string } = {},
): Promise<unknown> {
  const { method = 'GET', body, type = 'application/json' } = request
  const answer = await fetch(`${cluster.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${cluster.token}`, 'content-type': type },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  if (answer.status === 404) return undefined
  const told = await answer.json()
  if (!answer.ok) throw new Error(`${method} ${path}: ${JSON.stringify(told)}`)
  return told
}

/** Creates objects one after the other, as a person does, so that they have all that a cluster gives them. */
export async function create(world: Cluster, ...objects: Seed[]): Promise<void> {
  for (const object of objects) {
    const { apiVersion, metadata } = object
    const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
    const within = metadata.namespace === undefined ? '' : `/namespaces/${metadata.namespace}`
    const [plural] = resourceOf(object).split('.')
    await ask(world, `${root}${within}/${plural}`, { method: 'POST', body: object })
    await world.cluster.settled()
  }
}

/** Changes an object by a merge patch. */
export function change(world: Cluster, path: string, body: object): Promise<unknown> {
  return ask(world, path, { method: 'PATCH', body, type: 'application/merge-patch+json' })
}
