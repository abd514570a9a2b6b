import type { Command } from 'commander'
import type { Done } from '../action.ts'
import type { Cli } from '../cli.ts'
import { reportDeletion } from '../output/deletion.ts'
import { shownBackup } from '../output/shown.ts'
import { deleteCommand } from './delete.ts'

export function backupDelete(command: Command, cli: Cli, done: Done): void {
  const { jobs, now } = cli
  deleteCommand(command, cli, done, {
    noun: 'backup',
    notFound: 'BackupNotFoundError',
    shown: shownBackup,
    examples,
    list: (settings, onDamaged) => jobs.listBackups(settings, onDamaged),
    remove: async (settings, name) =>
      reportDeletion(cli, 'backup', name, await jobs.deleteBackup(settings, name, { now })),
  })
}

const examples = `
Examples:
  # Delete a backup, and the restores from it.
  lateen backup delete backup1

  # Delete two, without being asked.
  lateen backup delete backup1 backup2 --confirm

  # Delete all backups of one schedule.
  lateen backup delete --selector velero.io/schedule-name=daily`
