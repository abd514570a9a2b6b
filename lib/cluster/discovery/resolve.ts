import type { ApiResource } from '../types.ts'

// What a name may mean, the most exact first.
const MEANINGS: ((resource: ApiResource, name: string) => boolean)[] = [
  (resource, name) => resource.name.toLowerCase() === name,
  (resource, name) => resource.singularName.toLowerCase() === name,
  (resource, name) => resource.kind.toLowerCase() === name,
  (resource, name) => resource.shortNames.some(short => short.toLowerCase() === name),
]

// What may follow the first dot: the group, a version and the group, a version of core, the beginning of a group.
const QUALIFIERS: ((resource: ApiResource, rest: string) => boolean)[] = [
  (resource, rest) => resource.group.toLowerCase() === rest,
  (resource, rest) =>
    (resource.group === '' ? resource.version : `${resource.version}.${resource.group}`).toLowerCase() === rest,
  (resource, rest) => resource.group.toLowerCase().startsWith(rest),
]

/**
 * Finds a resource as kubectl does: `pods`, `Pod`, `po`, `deployments.apps`, `deploy.v1.apps`, `networkpolicies.networking`.
 * `resources` are the preferred ones, `served` all versions; both with core first.
 */
export function resolveResource(
  name: string,
  resources: readonly ApiResource[],
  served: readonly ApiResource[],
): ApiResource | undefined {
  const [, word = '', rest] = /^([^.]*)(?:\.(.*))?$/s.exec(name.trim().toLowerCase()) ?? []
  if (rest === undefined || rest === '') return first(resources, resource => meanings(resource, word))
  for (const qualifies of QUALIFIERS) {
    const fits = (resource: ApiResource) =>
      qualifies(resource, rest) ? meanings(resource, word) : Number.POSITIVE_INFINITY
    const found = first(resources, fits) ?? first(served, fits)
    if (found !== undefined) return found
  }
  return undefined
}

function meanings(resource: ApiResource, word: string): number {
  const index = MEANINGS.findIndex(means => means(resource, word))
  return index < 0 ? Number.POSITIVE_INFINITY : index
}

/** The first of the most exact ones. */
function first(resources: readonly ApiResource[], rank: (resource: ApiResource) => number): ApiResource | undefined {
  let best: { resource: ApiResource; rank: number } | undefined
  for (const resource of resources) {
    const own = rank(resource)
    if (own < (best?.rank ?? Number.POSITIVE_INFINITY)) best = { resource, rank: own }
  }
  return best?.resource
}
