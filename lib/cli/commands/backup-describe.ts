import type { Command } from 'commander'
import type { Done } from '../action.ts'
import type { Cli } from '../cli.ts'
import { shownBackup } from '../output/shown.ts'
import { describeCommand } from './describe.ts'

export function backupDescribe(command: Command, cli: Cli, done: Done): void {
  const { jobs } = cli
  describeCommand(command, cli, done, {
    noun: 'backup',
    shown: shownBackup,
    examples,
    list: (settings, onDamaged) => jobs.listBackups(settings, onDamaged),
    get: (settings, name) => jobs.getBackup(settings, name),
    describe: (settings, views, options) => jobs.describeBackups(settings, views, options),
    text: async (...args) => (await import('../output/backup-text.ts')).backupText(...args),
    document: async (...args) => (await import('../output/backup-document.ts')).backupDocument(...args),
  })
}

const examples = `
Examples:
  # What a backup was to hold, how it ended, and why.
  lateen backup describe backup1

  # Also all that it holds.
  lateen backup describe backup1 --details

  # All backups of a schedule, for a program.
  lateen backup describe -l velero.io/schedule-name=daily -o json`
