import type { Command } from 'commander'
import { loadSettings } from '../config/load.ts'
import type { Settings } from '../config/types.ts'
import type { Cli } from './cli.ts'
import type { GlobalFlags } from './flags/globals.ts'

function globalFlags(command: Command): GlobalFlags {
  return command.parent ? globalFlags(command.parent) : command.opts<GlobalFlags>()
}

/** The cluster and the bucket of this call, from its flags, the environment and lateen.yaml. Contacts nothing. */
export function settingsOf(command: Command, cli: Cli, storageLocation?: string): Promise<Settings> {
  const { env, cwd, home, readFile } = cli
  const flags = { ...globalFlags(command), ...(storageLocation && { storageLocation }) }
  return loadSettings({ flags, env, cwd, home, readFile })
}

/** The namespace that new backups and restores are recorded under. */
export function namespaceOf(command: Command, cli: Cli): string {
  return globalFlags(command).namespace || cli.env.VELERO_NAMESPACE || 'velero'
}
