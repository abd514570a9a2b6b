import { AGGREGATED_ACCEPT, readAggregated } from './discovery/aggregated.ts'
import type { Found } from './discovery/groups.ts'
import { discoverByGroup } from './discovery/legacy.ts'
import { resolveResource } from './discovery/resolve.ts'
import { exchange } from './http/read.ts'
import { ApiError, type ApiResource, type Discovery, type Transport } from './types.ts'

/** Asks the server what it serves. An aggregated API that does not answer is in `dead`, and no error. */
export async function discover(transport: Transport): Promise<Discovery> {
  const [core, groups] = await Promise.all([ask(transport, '/api'), ask(transport, '/apis')])
  const [aggregatedCore, aggregatedGroups] = [readAggregated(core), readAggregated(groups)]
  return aggregatedCore !== undefined && aggregatedGroups !== undefined
    ? discoveryOf({
        versions: [...aggregatedCore.versions, ...aggregatedGroups.versions],
        dead: [...aggregatedCore.dead, ...aggregatedGroups.dead],
      })
    : discoveryOf(await discoverByGroup(transport, ...(await plain(transport, core, groups))))
}

/** The same discovery again, from what was kept of it. */
export function discoveryFrom(kept: Omit<Discovery, 'resolve'>): Discovery {
  const { resources, served, dead } = kept
  return { resources, served, dead, resolve: name => resolveResource(name, resources, served) }
}

/** Everything that Discovery tells, from what was found. */
export function discoveryOf({ versions, dead }: Found): Discovery {
  const served = versions.flatMap(({ resources }) => resources)
  const preferred = new Map<string, ApiResource>()
  for (const resource of served) {
    const key = `${resource.name}.${resource.group}`
    // Versions come with the preferred one first, so the first that has the resource is the one.
    if (!preferred.has(key)) preferred.set(key, resource)
  }
  return discoveryFrom({ resources: [...preferred.values()], served, dead })
}

/** A server that refuses the aggregated form altogether (406) is asked for the plain one. */
async function ask(transport: Transport, path: string): Promise<unknown> {
  try {
    return await getJson(transport, path, AGGREGATED_ACCEPT)
  } catch (error) {
    if (error instanceof ApiError && error.status === 406) return getJson(transport, path)
    throw error
  }
}

/** Where only one of the two answers was aggregated, both are asked again. */
async function plain(transport: Transport, core: unknown, groups: unknown): Promise<[unknown, unknown]> {
  const mixed = readAggregated(core) !== undefined || readAggregated(groups) !== undefined
  return mixed ? Promise.all([getJson(transport, '/api'), getJson(transport, '/apis')]) : [core, groups]
}

async function getJson(transport: Transport, path: string, accept?: string): Promise<unknown> {
  const body = await exchange(transport, { method: 'GET', path, ...(accept !== undefined && { accept }) })
  return JSON.parse(body.toString('utf8'))
}
