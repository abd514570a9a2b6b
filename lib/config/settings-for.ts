import { type Config, type ConfiguredCluster, type ConfiguredLocation, clusterName, locationOf } from './config.ts'
import { didYouMean } from './did-you-mean.ts'
import { ConfigError } from './errors.ts'
import { isReadOnly } from './location.ts'
import type { ClusterSettings, LocationSettings, Settings } from './types.ts'

/**
 * The settings of one run. `cluster` is what --cluster or a message's annotation `lateen.io/cluster` says; without it
 * the only cluster configured is meant. `storageLocation` chooses another location than the cluster's own. Where restores
 * are recorded elsewhere, as of a location that is read-only, it is in `results`. Throws ConfigError where nothing or too much fits.
 */
export function settingsFor(config: Config, cluster?: string, storageLocation?: string): Settings {
  const chosen = chooseCluster(config, cluster)
  const {
    resultsLocation,
    labels: _labels,
    ...location
  } = withAccess(config, chooseLocation(config, chosen, storageLocation))
  const results = isReadOnly(location) ? config.locations.find(other => other.name === resultsLocation) : undefined
  return {
    cluster: withoutPlace(config, chosen),
    location,
    ...(results && { results: alone(results) }),
    ...(config.notifications && { notifications: config.notifications }),
    ...(config.deployment && { deployment: config.deployment }),
  }
}

/** The cluster alone, for what concerns no location. Throws ConfigError. */
export function clusterSettings(config: Config, cluster?: string): ClusterSettings {
  return withoutPlace(config, chooseCluster(config, cluster))
}

function withoutPlace(config: Config, chosen: ConfiguredCluster | undefined): ClusterSettings {
  const { location: _, ...settings } = chosen ?? {}
  const maxConcurrency = settings.maxConcurrency ?? config.maxConcurrency
  return { ...settings, ...(maxConcurrency !== undefined && { maxConcurrency }) }
}

/** What --cluster says for all of them; no cluster may be called that. */
export const ALL_CLUSTERS = 'all'

export interface ClusterPlace {
  cluster: string
  settings: Settings
}

/** The settings of each cluster that is configured by name. Throws ConfigError. */
export function everySettings(config: Config): ClusterPlace[] {
  const names = config.clusters.map(clusterName).filter(name => name !== undefined)
  if (names.length === 0)
    throw new ConfigError('no cluster is configured by name, so there is no --cluster all', {
      next: 'List clusters in lateen.yaml.',
    })
  return names.map(cluster => ({ cluster, settings: settingsFor(config, cluster) }))
}

/** A location by its name, or the default one, for what concerns no cluster. Throws ConfigError. */
export function locationSettings(config: Config, name?: string): LocationSettings {
  const found = config.locations.find(location => location.name === name)
  if (found === undefined && name !== undefined)
    throw new ConfigError(
      `no location is called ${JSON.stringify(name)}${didYouMean(
        name,
        config.locations.map(each => each.name),
      )}`,
      {
        next: 'Add it to the locations in lateen.yaml.',
      },
    )
  return alone(withAccess(config, found ?? chooseLocation(config, undefined, undefined)))
}

/** A location as this call may use it: read-only where a flag or variable says so. */
export function withAccess({ readOnly }: Config, location: ConfiguredLocation): ConfiguredLocation {
  return readOnly ? { ...location, spec: { ...location.spec, accessMode: 'ReadOnly' } } : location
}

/** Without what only matters beside others. */
function alone({ resultsLocation: _, labels: _labels, ...location }: ConfiguredLocation): LocationSettings {
  return location
}

function chooseCluster(config: Config, name: string | undefined): ConfiguredCluster | undefined {
  const names = config.clusters.map(cluster => clusterName(cluster)).filter(known => known !== undefined)
  if (name === undefined) {
    if (config.clusters.length < 2) return config.clusters[0]
    throw new ConfigError(
      `${config.clusters.length} clusters are configured (${names.join(', ')}) and none was chosen`,
      {
        next: 'Give --cluster NAME, or a message the annotation lateen.io/cluster.',
      },
    )
  }
  const found = config.clusters.find(cluster => clusterName(cluster) === name)
  if (found) return found
  if (name === ALL_CLUSTERS)
    throw new ConfigError('--cluster all is for lists: this command works on one cluster', {
      next: `Name one of them: ${names.join(', ') || 'there is none in lateen.yaml'}.`,
    })
  const known = names.length > 0 ? `configured: ${names.join(', ')}` : 'no cluster is configured by name'
  throw new ConfigError(`no cluster is called ${JSON.stringify(name)}${didYouMean(name, names)}; ${known}`, {
    next: 'Add it to the clusters in lateen.yaml.',
  })
}

function chooseLocation(
  config: Config,
  cluster: ConfiguredCluster | undefined,
  name: string | undefined,
): ConfiguredLocation {
  const names = config.locations.map(location => location.name)
  if (config.locations.length === 0) {
    throw new ConfigError('no bucket is configured', {
      next: 'Give --bucket s3://NAME[/PREFIX] or file:///FOLDER, set LATEEN_BUCKET, or list locations in lateen.yaml.',
    })
  }
  if (name === undefined) {
    const location = locationOf(config, cluster)
    if (location) return location
    throw new ConfigError(`${names.length} locations are configured (${names.join(', ')}) and none is the default`, {
      next: 'Set default: true on one of them in lateen.yaml, or give the cluster a location.',
    })
  }
  const location = config.locations.find(known => known.name === name)
  if (!location) {
    throw new ConfigError(
      `backupstoragelocations.velero.io ${JSON.stringify(name)} not found${didYouMean(name, names)}; configured: ${names.join(', ')}`,
    )
  }
  const owner = config.clusters.find(other => other !== cluster && locationOf(config, other) === location)
  if (owner && locationOf(config, cluster) !== location && !isReadOnly(withAccess(config, location))) {
    throw new ConfigError(
      `the location ${JSON.stringify(name)} belongs to the cluster ${JSON.stringify(clusterName(owner))}, and two clusters can't share one`,
      { next: 'Restore from it into this cluster with --read-only.' },
    )
  }
  return location
}
