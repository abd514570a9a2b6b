import type { ApiResource } from '../../cluster/types.ts'

/** Types served by two groups with the same objects behind both; the first group met is stored. */
const COHABITING: Record<string, readonly [string, string]> = {
  deployments: ['extensions', 'apps'],
  daemonsets: ['extensions', 'apps'],
  replicasets: ['extensions', 'apps'],
  networkpolicies: ['extensions', 'networking.k8s.io'],
  events: ['', 'events.k8s.io'],
}

/**
 * The resources without second doors to the same objects. Order decides: discovery's, with `extensions` last. Call it
 * with what the filters let through: as in Velero, excluding only `events` leaves `events.events.k8s.io` to be stored.
 */
export function withoutCohabitants(resources: readonly ApiResource[]): ApiResource[] {
  const seen = new Set<string>()
  const inOrder = [
    ...resources.filter(resource => resource.group !== 'extensions'),
    ...resources.filter(resource => resource.group === 'extensions'),
  ]
  return inOrder.filter(resource => {
    if (!COHABITING[resource.name]?.includes(resource.group)) return true
    if (seen.has(resource.name)) return false
    seen.add(resource.name)
    return true
  })
}
