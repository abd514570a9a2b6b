import { expect } from 'vitest'
import { ask } from './ask.ts'
import type { World } from './world.ts'

interface Listed {
  metadata: { namespace?: string; name: string }
  [field: string]: unknown
}

/** `apps/v1/deployments` or `v1/pods` as a path. */
const pathOf = (kind: string) => (kind.startsWith('v1/') ? `/api/${kind}` : `/apis/${kind}`)

/**
 * All objects of these kinds (`v1/pods`, `apps/v1/deployments`), but for what a cluster gives anew each time: ids,
 * times, versions, addresses and random names.
 */
export async function dump(world: Pick<World, 'cluster'>, kinds: readonly string[]): Promise<Record<string, unknown>> {
  await world.cluster.settled()
  const lists = await Promise.all(kinds.map(async kind => [kind, await ask(world, pathOf(kind))] as const))
  const objects = lists.flatMap(([kind, list]) =>
    ((list as { items: Listed[] } | undefined)?.items ?? []).map(object => {
      const { namespace = '', name } = object.metadata
      return [`${kind} ${namespace}/${name}`, plain(object)] as const
    }),
  )
  expect(new Set(objects.map(([key]) => key)).size).toBe(objects.length)
  return Object.fromEntries(objects)
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/
const UID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const ADDRESS = /^10\.\d+\.\d+\.\d+$/
const TOKEN = /^kube-api-access-[a-z0-9]{5}$/

function plain(value: unknown): unknown {
  if (typeof value === 'string') return plainText(value)
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([key]) => key !== 'resourceVersion')
  return Object.fromEntries(
    entries.map(([key, child]) => {
      const inner = plain(child)
      return [key, key === 'managedFields' ? owners(inner as { manager: string }[]) : inner]
    }),
  )
}

/** What controllers wrote follows from when they did; the others stand in the order of their times. */
function owners(rows: readonly { manager: string }[]): string[] {
  return rows
    .filter(({ manager }) => !CONTROLLERS.has(manager))
    .map(row => JSON.stringify(row))
    .sort()
}

const CONTROLLERS = new Set(['kube-controller-manager', 'kube-apiserver', 'kwok'])

function plainText(text: string): string {
  if (TIME.test(text)) return '<time>'
  if (UID.test(text)) return '<uid>'
  if (ADDRESS.test(text)) return '<address>'
  return TOKEN.test(text) ? '<token>' : text
}
