import type { Command } from 'commander'
import type { Done } from '../action.ts'
import type { Cli } from '../cli.ts'
import { cancelCommand } from './cancel.ts'

export function restoreCancel(command: Command, cli: Cli, done: Done): void {
  const { jobs, now } = cli
  cancelCommand(command, cli, done, {
    noun: 'restore',
    examples,
    stays: 'What it had restored until then stays; it is Failed.',
    cancel: (settings, name, onUnsent) => jobs.cancelRestore(settings, name, { now, onUnsent }),
  })
}

const examples = `
Examples:
  # End a restore, wherever it is at work.
  lateen restore cancel restore1`
