import type { Command } from 'commander'
import type { Config } from '../config/config.ts'
import type { ConfigFile } from '../config/file/read.ts'
import { loadAllSettings, loadLayers, loadSettings, type SettingsSources } from '../config/load.ts'
import { ALL_CLUSTERS, type ClusterPlace } from '../config/settings-for.ts'
import type { Settings } from '../config/types.ts'
import { InvalidInputError, messageOf } from '../velero/errors.ts'
import { goQuote } from '../velero/go-quote.ts'
import { validateName } from '../velero/names.ts'
import type { Cli } from './cli.ts'
import { type ClientConfig, clientConfigPath, readClientConfig } from './client-config.ts'
import type { GlobalFlags } from './flags/globals.ts'
import { said } from './flags/kinds.ts'
import { wantsColour } from './output/colours.ts'
import { rootOf } from './paths.ts'

export function globalFlags(command: Command): GlobalFlags {
  return rootOf(command).opts<GlobalFlags>()
}

/** The cluster and the bucket of this call, from its flags, the environment and lateen.yaml. Contacts nothing. */
export function settingsOf(command: Command, cli: Cli, storageLocation?: string): Promise<Settings> {
  const sources = sourcesOf(command, cli)
  return loadSettings({ ...sources, flags: { ...sources.flags, ...(storageLocation && { storageLocation }) } })
}

/** `--cluster all`: of a list, all clusters in lateen.yaml. */
export function isForAll(command: Command): boolean {
  return globalFlags(command).cluster === ALL_CLUSTERS
}

/** The places of all clusters. Contacts nothing. Throws ConfigError. */
export function allSettingsOf(command: Command, cli: Cli): Promise<ClusterPlace[]> {
  const { flags, ...sources } = sourcesOf(command, cli)
  const { cluster: _, ...others } = flags
  return loadAllSettings({ ...sources, flags: others })
}

/** All clusters and locations of this call, and what lateen.yaml alone says. Contacts nothing. */
export function configOf(command: Command, cli: Cli): Promise<{ file: ConfigFile; config: Config }> {
  return loadLayers(sourcesOf(command, cli))
}

export function sourcesOf(command: Command, { env, cwd, home, readFile }: Cli): SettingsSources {
  return { flags: globalFlags(command), env, cwd, home, readFile }
}

/** The namespace that new backups and restores are recorded under, and who says so. */
export async function namespaceFrom(command: Command, cli: Cli): Promise<{ namespace: string; source: string }> {
  const { namespace } = globalFlags(command)
  if (namespace !== undefined) return { namespace: valid(namespace, '--namespace'), source: '--namespace' }
  const kept = (await keptSettings(cli)).namespace
  if (kept) return { namespace: kept, source: clientConfigPath(cli) }
  const { VELERO_NAMESPACE: variable } = cli.env
  return variable
    ? { namespace: valid(variable, 'VELERO_NAMESPACE'), source: 'VELERO_NAMESPACE' }
    : { namespace: 'velero', source: 'the default' }
}

export async function namespaceOf(command: Command, cli: Cli): Promise<string> {
  return (await namespaceFrom(command, cli)).namespace
}

function valid(namespace: string, source: string): string {
  const problem = validateName(namespace)
  if (problem === undefined) return namespace
  throw new InvalidInputError(`${source}: ${goQuote(namespace)} is no name of a namespace: ${problem}`)
}

/** What can't be read is told and keeps nobody from working, as in Velero. */
async function keptSettings(cli: Cli): Promise<ClientConfig> {
  try {
    return await readClientConfig(cli)
  } catch (error) {
    cli.stderr.write(`WARNING: ${messageOf(error)}\n`)
    return {}
  }
}

/** Whether what is printed has colours. The client config can only turn them off: a pipe has none unless a flag asks for it. */
export async function inColour(command: Command, cli: Cli): Promise<boolean> {
  const flag = said(globalFlags(command).colorized)
  const wanted = wantsColour(cli, flag)
  return wanted && flag === undefined ? (await keptSettings(cli)).colorized !== 'false' : wanted
}
