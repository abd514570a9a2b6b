import type { Command } from 'commander'
import type { Done } from '../action.ts'
import type { Cli } from '../cli.ts'
import { reportDeletion } from '../output/deletion.ts'
import { shownRestore } from '../output/shown.ts'
import { deleteCommand } from './delete.ts'

export function restoreDelete(command: Command, cli: Cli, done: Done): void {
  const { jobs, now } = cli
  deleteCommand(command, cli, done, {
    noun: 'restore',
    notFound: 'RestoreNotFoundError',
    shown: shownRestore,
    examples,
    list: (settings, onDamaged) => jobs.listRestores(settings, onDamaged),
    // Unlike for backups, Velero deletes none where a name is missing.
    check: (settings, name) => jobs.getRestore(settings, name),
    remove: async (settings, name) =>
      reportDeletion(cli, 'restore', name, await jobs.deleteRestore(settings, name, { now })),
  })
}

const examples = `
Examples:
  # Delete the record, the log and the results of a restore; what it restored stays.
  lateen restore delete restore1

  # Delete those of all restores, without being asked.
  lateen restore delete --all --confirm`
