import type { Schedule } from '../velero/types-schedule.ts'
import type { NotificationSettings } from './notifications.ts'
import type { ClusterSettings, DeploymentSettings, LocationSettings } from './types.ts'

/** A cluster and the location that it writes to; without one, the default location. */
export interface ConfiguredCluster extends ClusterSettings {
  location?: string
}

/** A location, and what only matters beside others. */
export interface ConfiguredLocation extends LocationSettings {
  /** The name of the one that records what is restored from it; without one, itself. */
  resultsLocation?: string
  /** For lists. */
  labels?: Record<string, string>
}

/** A schedule of lateen.yaml, and the names of the clusters that it is for; without them, all. */
export interface ConfiguredSchedule {
  schedule: Schedule
  clusters?: string[]
}

/** All that flags, environment and lateen.yaml say, before one cluster of it is chosen; see settingsFor. */
export interface Config {
  clusters: ConfiguredCluster[]
  locations: ConfiguredLocation[]
  schedules?: ConfiguredSchedule[]
  notifications?: NotificationSettings[]
  deployment?: DeploymentSettings
  /** Whatever location is chosen must not be written to; its resultsLocation may. */
  readOnly?: boolean
  /** Holds for a cluster that names no ceiling, and where no cluster is configured. */
  maxConcurrency?: number
}

/** The name by which messages and --cluster call a cluster. */
export function clusterName(cluster: ClusterSettings): string | undefined {
  return cluster.name ?? cluster.eks?.cluster ?? cluster.context
}

/** The location that a cluster writes to, as far as the configuration says. */
export function locationOf(config: Config, cluster: ConfiguredCluster | undefined): ConfiguredLocation | undefined {
  if (cluster?.location !== undefined) return config.locations.find(location => location.name === cluster.location)
  return config.locations.length === 1
    ? config.locations[0]
    : config.locations.find(location => location.spec.default === true)
}
