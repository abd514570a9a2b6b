import type { Schedule } from '../velero/types-schedule.ts'
import { type Config, type ConfiguredSchedule, clusterName, locationOf } from './config.ts'
import { isReadOnly } from './location.ts'
import type { LocationSettings } from './types.ts'

/** A location that may be written to. */
export interface Place {
  location: LocationSettings
  /** The name of the cluster that backs up to it, where one is configured by name. */
  cluster?: string
  /** Those that lateen.yaml has for it. */
  schedules: Schedule[]
}

/** Every location that may be written to, each once. */
export function placesOf(config: Config): Place[] {
  if (config.readOnly) return []
  const clusters = config.clusters.length > 0 ? config.clusters : [undefined]
  // Once for each cluster: with hundreds of both, looking for each location's would take longer than a small backup.
  const owned = Map.groupBy(clusters, cluster => locationOf(config, cluster)?.name)
  return config.locations
    .filter(location => !isReadOnly(location))
    .map(({ resultsLocation: _, labels: _labels, ...location }) => {
      const owners = owned.get(location.name) ?? []
      const cluster = owners[0] && clusterName(owners[0])
      const schedules = (config.schedules ?? []).filter(schedule => owners.length > 0 && isFor(schedule, cluster))
      return {
        location,
        ...(cluster !== undefined && { cluster }),
        schedules: schedules.map(({ schedule }) => schedule),
      }
    })
}

function isFor({ clusters }: ConfiguredSchedule, cluster: string | undefined): boolean {
  return clusters === undefined || (cluster !== undefined && clusters.includes(cluster))
}
