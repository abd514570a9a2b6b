import { type Config, clusterName, locationOf } from './config.ts'
import { ConfigError } from './errors.ts'
import { isFolder, isReadOnly } from './location.ts'
import type { LocationSettings } from './types.ts'

/**
 * Two clusters must not write to one place: names are unique per bucket and prefix, and Velero takes a folder that it
 * does not know, such as another cluster's prefix, for a broken location. Throws ConfigError naming both clusters.
 */
export function refuseSharedLocations(config: Config): void {
  const places = config.clusters.flatMap(cluster => {
    const location = locationOf(config, cluster)
    return location && !isReadOnly(location)
      ? [{ cluster: clusterName(cluster) ?? '', location, place: placeOf(location) }]
      : []
  })
  for (const [index, one] of places.entries()) {
    for (const other of places.slice(index + 1)) {
      if (one.place.store !== other.place.store) continue
      const [outer, inner] = one.place.path.length <= other.place.path.length ? [one, other] : [other, one]
      if (!inner.place.path.startsWith(outer.place.path)) continue
      const how = inner.place.path === outer.place.path ? 'the same bucket and prefix' : 'a prefix inside the other one'
      throw new ConfigError(
        `the clusters ${JSON.stringify(one.cluster)} and ${JSON.stringify(other.cluster)} would write to ${how} (${describe(inner.location)})`,
        { next: 'Give each cluster a location with a prefix of its own, such as clusters/NAME.' },
      )
    }
  }
}

/** Velero would take the one that lies inside for a broken location's folder. Sharing a place is fine: see docs/configuration.md. */
export function refuseNestedResults({ locations }: Config): void {
  for (const location of locations) {
    const results = locations.find(({ name }) => name === location.resultsLocation)
    const other = results && locations.find(known => isInside(results, known) || isInside(known, results))
    if (results === undefined || other === undefined) continue
    throw new ConfigError(
      `the location ${JSON.stringify(results.name)}, the resultsLocation of ${JSON.stringify(location.name)}, and the location ${JSON.stringify(other.name)} lie one inside the other (${describe(results)}, ${describe(other)})`,
      { next: 'Give each a prefix of its own, such as clusters/NAME and results/NAME.' },
    )
  }
}

function isInside(inner: LocationSettings, outer: LocationSettings): boolean {
  const [one, other] = [placeOf(inner), placeOf(outer)]
  return one.store === other.store && one.path !== other.path && one.path.startsWith(other.path)
}

function placeOf(location: LocationSettings): { store: string; path: string } {
  const { spec } = location
  const { bucket, prefix } = spec.objectStorage
  if (isFolder(location)) return { store: 'file', path: `${bucket}/${prefix ? `${prefix}/` : ''}` }
  const endpoint = spec.config?.s3Url?.toLowerCase().replace(/\/+$/, '') ?? ''
  return { store: `s3 ${endpoint} ${bucket}`, path: prefix ? `${prefix}/` : '' }
}

function describe({ spec }: LocationSettings): string {
  const { bucket, prefix } = spec.objectStorage
  return prefix ? `${bucket}/${prefix}` : bucket
}
