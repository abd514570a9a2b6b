import { didYouMean } from '../nearest.ts'
import type { Problem } from './issues.ts'
import type { FileContent } from './schema.ts'

/** What a schema can't say: names are unique and lead somewhere, and a cluster is reached in one way. */
export function brokenRules({ clusters = [], locations = [] }: FileContent): Problem[] {
  const known = locations.map(location => location.name)
  return [
    ...repeated(clusters, 'clusters'),
    ...repeated(locations, 'locations'),
    ...clusters.flatMap((cluster, i): Problem[] => {
      const problems: Problem[] = []
      if (cluster.eks && (cluster.kubeconfig || cluster.context)) {
        problems.push({
          path: ['clusters', i, 'eks'],
          message: 'is given beside a kubeconfig or context; a cluster is reached in one way',
        })
      }
      if (cluster.location !== undefined && !known.includes(cluster.location)) {
        problems.push({
          path: ['clusters', i, 'location'],
          message: `names no location${didYouMean(cluster.location, known)}; configured: ${known.join(', ') || 'none'}`,
        })
      }
      return problems
    }),
    ...locations.flatMap((location, i): Problem[] =>
      location.default && locations.slice(0, i).some(other => other.default)
        ? [{ path: ['locations', i, 'default'], message: 'is true for more than one location' }]
        : [],
    ),
  ]
}

function repeated(entries: { name: string }[], list: string): Problem[] {
  return entries.flatMap((entry, i) =>
    entries.slice(0, i).some(other => other.name === entry.name)
      ? [{ path: [list, i, 'name'], message: `${JSON.stringify(entry.name)} is there twice` }]
      : [],
  )
}
