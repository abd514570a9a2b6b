import type { Command } from 'commander'
import type { RestoreView } from '../../jobs/types.ts'
import type { Done } from '../action.ts'
import type { Cli } from '../cli.ts'
import { logsCommand, type Phase } from './logs.ts'

export function restoreLogs(command: Command, cli: Cli, done: Done): void {
  const { jobs } = cli
  logsCommand(command, cli, done, {
    noun: 'restore',
    examples,
    phase: async (settings, name) => phaseOf(await jobs.getRestore(settings, name)),
    notFound: 'RestoreNotFoundError',
    open: (settings, name) => jobs.openRestoreLogs(settings, name),
    read: (settings, name, options) => jobs.readRestoreLog(settings, name, options),
    missing: name => `Restore ${name} does not exist.`,
  })
}

/** One of Velero's is known by its log and results, which it writes at its end. */
function phaseOf({ restore, unrecorded }: RestoreView): Phase | 'ended' | undefined {
  return unrecorded ? 'ended' : restore.status?.phase
}

const examples = `
Examples:
  # What went wrong.
  lateen restore logs restore1 | grep -E 'level=(error|warning)'

  # What it does, until it has ended.
  lateen restore logs restore1 --follow`
