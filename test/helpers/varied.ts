import { manyObjects, podWithVolume, priorityClass } from './many-objects.ts'
import { hull, hullDefinition, serviceAccount } from './restorable.ts'
import { configMap, namespace, type Seed, sailDefinition } from './world.ts'

// A little of everything that a backup treats in its own way, and enough of some kinds for many pages of few items.

const labelled = (place: string, labels: Record<string, string>) => configMap(place, { text: place }, { labels })

/** The user `limited` of such a cluster may not see the secrets of some namespaces, nor any lease. */
export const authorise = (verb: string, resource: string, ns: string): boolean =>
  verb !== 'list' || !((resource === 'secrets' && ns !== 'a') || resource === 'limitranges')

const sail = (place: string): Seed => ({ ...hull(place), kind: 'Sail' })

const numbered = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i))

/** Of namespaces a, b, c and d; what of it a backup leaves out or fails at is named so. */
export function variedObjects(configMaps: number): Seed[] {
  return [
    ...manyObjects(configMaps, 60),
    namespace('d', { team: 'empty' }),
    priorityClass,
    hullDefinition,
    sailDefinition,
    ...numbered(8, i =>
      hull(`a/hull-${i}`, { metadata: { name: `hull-${i}`, namespace: 'a', labels: { tier: 'db' } } }),
    ),
    ...numbered(4, i => sail(`b/sail-${i}`)),
    ...numbered(60, i => labelled(`b/both-${i}`, { tier: 'web', size: i % 3 === 0 ? 'large' : 'small' })),
    ...numbered(12, i => labelled(`c/large-${i}`, { size: 'large' })),
    labelled('c/excluded', { 'velero.io/exclude-from-backup': 'true', tier: 'web' }),
    labelled('c/bad/name', { tier: 'web' }),
    labelled('c/another/bad/name', { tier: 'web' }),
    serviceAccount('a/robot', {}, { labels: { tier: 'db' } }),
    binding('robots', 'robot'),
    { ...clusterRole('readers'), metadata: { name: 'readers', labels: { tier: 'db' } } },
    clusterRole('not-listed'),
    ...podWithVolume('c', 'lone').filter(({ kind }) => kind !== 'PersistentVolume'),
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'seen', namespace: 'a', labels: { tier: 'web' } },
      type: 'Opaque',
    },
  ]
}

const clusterRole = (name: string): Seed => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata: { name },
  rules: [],
})

const binding = (name: string, account: string): Seed => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRoleBinding',
  metadata: { name },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'not-listed' },
  subjects: [{ kind: 'ServiceAccount', name: account, namespace: 'a' }],
})
