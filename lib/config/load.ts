import { refuseNestedResults, refuseSharedLocations } from './clashes.ts'
import type { Config } from './config.ts'
import { type ConfigFile, readConfigFile } from './file/read.ts'
import type { ReadFile } from './files.ts'
import { givenCluster, givenMaxConcurrency } from './given-cluster.ts'
import { givenBucket, givenReadOnly, withGivenS3 } from './given-location.ts'
import { withLocalResults } from './local-results.ts'
import { type ClusterPlace, everySettings, settingsFor } from './settings-for.ts'
import { type Environment, given, type SettingsFlags } from './sources.ts'
import type { Settings } from './types.ts'

/** Where settings come from; all of it is passed in, nothing is taken from the process. */
export interface SettingsSources {
  flags: SettingsFlags
  env: Environment
  /** Where lateen.yaml is looked for, and relative paths of flags start. */
  cwd: string
  home: string
  readFile: ReadFile
}

/**
 * Everything configured, flags before environment before lateen.yaml. A bucket or a cluster that is given by a flag or
 * variable takes the place of all of the file's. Throws ConfigError; contacts nothing.
 */
export async function loadConfig(sources: SettingsSources): Promise<Config> {
  return (await loadLayers(sources)).config
}

/** The same, and beside it what lateen.yaml alone says. */
export async function loadLayers(sources: SettingsSources): Promise<{ file: ConfigFile; config: Config }> {
  const { flags, env } = sources
  const found = await readConfigFile(given('config', flags, env), sources)
  const file = found.content ?? { clusters: [], locations: [] }
  const bucket = givenBucket(flags, env, sources.cwd)
  const cluster = givenCluster(flags, env, sources)
  const clusters = cluster ? [cluster] : file.clusters
  const maxConcurrency = givenMaxConcurrency(env)
  const config: Config = {
    clusters: clusters.map(({ location, ...rest }) => ({
      ...rest,
      ...(location !== undefined && !bucket && { location }),
      ...(maxConcurrency !== undefined && { maxConcurrency }),
    })),
    locations: await withGivenS3(bucket ? [bucket] : file.locations, flags, env, sources),
    ...(file.deployment && { deployment: file.deployment }),
    ...(file.schedules && { schedules: file.schedules }),
    ...(file.notifications && { notifications: file.notifications }),
    ...(maxConcurrency !== undefined && { maxConcurrency }),
    ...(givenReadOnly(flags, env) && { readOnly: true }),
  }
  // --bucket is a person's word for one run on one cluster; anything else holds for all of them. Reading harms nobody.
  if (flags.bucket === undefined && !config.readOnly) refuseSharedLocations(config)
  refuseNestedResults(config)
  return { file: found, config }
}

/** The settings of one command line. Throws ConfigError. */
export async function loadSettings(sources: SettingsSources): Promise<Settings> {
  const config = await loadConfig(sources)
  const settings = settingsFor(config, sources.flags.cluster, sources.flags.storageLocation)
  return withLocalResults(settings, sources.home)
}

/** The settings of each cluster, for what lists those of all. Throws ConfigError. */
export async function loadAllSettings(sources: SettingsSources): Promise<ClusterPlace[]> {
  const places = everySettings(await loadConfig(sources))
  return Promise.all(
    places.map(async ({ cluster, settings }) => ({
      cluster,
      settings: await withLocalResults(settings, sources.home),
    })),
  )
}
