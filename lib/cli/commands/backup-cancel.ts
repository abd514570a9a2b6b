import type { Command } from 'commander'
import type { Done } from '../action.ts'
import type { Cli } from '../cli.ts'
import { cancelCommand } from './cancel.ts'

export function backupCancel(command: Command, cli: Cli, done: Done): void {
  const { jobs, now } = cli
  cancelCommand(command, cli, done, {
    noun: 'backup',
    examples,
    stays: 'Its archive is gone, its log and results stay; it is Failed.',
    cancel: (settings, name, onUnsent) => jobs.cancelBackup(settings, name, { now, onUnsent }),
  })
}

const examples = `
Examples:
  # End a backup, wherever it is being made.
  lateen backup cancel backup1`
