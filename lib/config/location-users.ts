import { type Config, clusterName, locationOf } from './config.ts'

/** Who would be without a location if this one were not there: `the cluster "prod"`. */
export function locationUsers(config: Config, name: string): string[] {
  return [
    ...config.clusters
      .filter(cluster => locationOf(config, cluster)?.name === name)
      .map(cluster => `the cluster ${JSON.stringify(clusterName(cluster))}`),
    ...config.locations
      .filter(location => location.resultsLocation === name)
      .map(location => `the location ${JSON.stringify(location.name)}, as its resultsLocation`),
  ]
}
