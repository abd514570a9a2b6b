import { type Config, clusterName } from './config.ts'
import { ConfigError } from './errors.ts'
import { settingsFor } from './settings-for.ts'

/**
 * What commands would be refused with although each part is right: a cluster for which no location is meant. Each with the
 * cluster's name. Without locations a command is to name a bucket itself.
 */
export function deadEnds(config: Config): string[] {
  if (config.locations.length === 0) return []
  const names = config.clusters.map(clusterName).filter(name => name !== undefined)
  if (names.length === 0) return problemsOf(config, undefined)
  return names.flatMap(name => problemsOf(config, name).map(problem => `cluster ${JSON.stringify(name)}: ${problem}`))
}

function problemsOf(config: Config, cluster: string | undefined): string[] {
  try {
    settingsFor(config, cluster)
    return []
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return [[error.message, error.next].filter(Boolean).join('. ')]
  }
}
