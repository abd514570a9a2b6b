import type { Command } from 'commander'
import { loadAllSettings, loadSettings } from '../config/load.ts'
import { ALL_CLUSTERS, type ClusterPlace } from '../config/settings-for.ts'
import type { Settings } from '../config/types.ts'
import type { Cli } from './cli.ts'
import type { GlobalFlags } from './flags/globals.ts'
import { said } from './flags/kinds.ts'
import { wantsColour } from './output/colours.ts'

function globalFlags(command: Command): GlobalFlags {
  return command.parent ? globalFlags(command.parent) : command.opts<GlobalFlags>()
}

/** The cluster and the bucket of this call, from its flags, the environment and lateen.yaml. Contacts nothing. */
export function settingsOf(command: Command, cli: Cli, storageLocation?: string): Promise<Settings> {
  const { env, cwd, home, readFile } = cli
  const flags = { ...globalFlags(command), ...(storageLocation && { storageLocation }) }
  return loadSettings({ flags, env, cwd, home, readFile })
}

/** `--cluster all`: of a list, all clusters in lateen.yaml. */
export function isForAll(command: Command): boolean {
  return globalFlags(command).cluster === ALL_CLUSTERS
}

/** The places of all clusters. Contacts nothing. Throws ConfigError. */
export function allSettingsOf(command: Command, cli: Cli): Promise<ClusterPlace[]> {
  const { env, cwd, home, readFile } = cli
  const { cluster: _, ...flags } = globalFlags(command)
  return loadAllSettings({ flags, env, cwd, home, readFile })
}

/** The namespace that new backups and restores are recorded under. */
export function namespaceOf(command: Command, cli: Cli): string {
  return globalFlags(command).namespace || cli.env.VELERO_NAMESPACE || 'velero'
}

/** Whether what is printed has colours. */
export function inColour(command: Command, cli: Cli): boolean {
  return wantsColour(cli, said(globalFlags(command).colorized))
}
