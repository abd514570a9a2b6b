import type { Command } from 'commander'
import type { Done } from '../action.ts'
import type { Cli } from '../cli.ts'
import { logsCommand } from './logs.ts'

export function backupLogs(command: Command, cli: Cli, done: Done): void {
  const { jobs } = cli
  logsCommand(command, cli, done, {
    noun: 'backup',
    examples,
    phase: async (settings, name) => (await jobs.getBackup(settings, name)).backup.status?.phase,
    notFound: 'BackupNotFoundError',
    open: (settings, name) => jobs.openBackupLogs(settings, name),
    read: (settings, name, options) => jobs.readBackupLog(settings, name, options),
    missing: name => `backup ${name} does not exist`,
  })
}

const examples = `
Examples:
  # What went wrong.
  lateen backup logs backup1 | grep -E 'level=(error|warning)'

  # What it does, until it has ended.
  lateen backup logs backup1 --follow`
