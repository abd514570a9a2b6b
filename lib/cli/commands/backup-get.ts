import type { Command } from 'commander'
import type { Done } from '../action.ts'
import type { Cli } from '../cli.ts'
import { shownBackup } from '../output/shown.ts'
import { getCommand } from './get.ts'

export function backupGet(command: Command, cli: Cli, done: Done): void {
  const { jobs } = cli
  getCommand(command, cli, done, {
    noun: 'backup',
    shown: shownBackup,
    examples,
    list: (settings, onDamaged) => jobs.listBackups(settings, onDamaged),
    get: (settings, name) => jobs.getBackup(settings, name),
    wide: {
      list: (settings, onDamaged) => jobs.listBackups(settings, onDamaged, { sizes: true }),
      get: (settings, name) => jobs.getBackup(settings, name, { sizes: true }),
    },
  })
}

const examples = `
Examples:
  # All backups in the bucket.
  lateen backup get

  # The backups of one schedule.
  lateen backup get --selector velero.io/schedule-name=daily

  # How many objects each has, how long it took, and how large it is; of all clusters in lateen.yaml.
  lateen backup get -o wide --cluster all

  # One backup as JSON.
  lateen backup get backup1 -o json`
