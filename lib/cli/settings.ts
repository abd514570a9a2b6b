import type { Command } from 'commander'
import type { Config } from '../config/config.ts'
import type { ConfigFile } from '../config/file/read.ts'
import { loadLayers, loadSettings, type SettingsSources } from '../config/load.ts'
import type { Settings } from '../config/types.ts'
import type { Cli } from './cli.ts'
import type { GlobalFlags } from './flags/globals.ts'

export function globalFlags(command: Command): GlobalFlags {
  return command.parent ? globalFlags(command.parent) : command.opts<GlobalFlags>()
}

/** The cluster and the bucket of this call, from its flags, the environment and lateen.yaml. Contacts nothing. */
export function settingsOf(command: Command, cli: Cli, storageLocation?: string): Promise<Settings> {
  const sources = sourcesOf(command, cli)
  return loadSettings({ ...sources, flags: { ...sources.flags, ...(storageLocation && { storageLocation }) } })
}

/** All clusters and locations of this call, and what lateen.yaml alone says. Contacts nothing. */
export function configOf(command: Command, cli: Cli): Promise<{ file: ConfigFile; config: Config }> {
  return loadLayers(sourcesOf(command, cli))
}

export function sourcesOf(command: Command, { env, cwd, home, readFile }: Cli): SettingsSources {
  return { flags: globalFlags(command), env, cwd, home, readFile }
}

/** The namespace that new backups and restores are recorded under. */
export function namespaceOf(command: Command, cli: Cli): string {
  return globalFlags(command).namespace || cli.env.VELERO_NAMESPACE || 'velero'
}
