import type { Command } from 'commander'
import type { Settings } from '../../config/types.ts'
import type { BackupView } from '../../jobs/types.ts'
import { matchesSelector } from '../../velero/selector.ts'
import type { LabelSelector } from '../../velero/types.ts'
import { act, type Done } from '../action.ts'
import type { Cli } from '../cli.ts'
import { exitCodes } from '../exit-codes.ts'
import { flag } from '../flags/define.ts'
import { labelSelector } from '../flags/kinds.ts'
import { addOutputFlags, type OutputFlags, outputFormat } from '../flags/output-flags.ts'
import type { Jobs } from '../jobs.ts'
import { printBackups } from '../output/print-backups.ts'
import { settingsOf } from '../settings.ts'

interface BackupGetFlags extends OutputFlags {
  selector?: LabelSelector
}

export function backupGet(command: Command, cli: Cli, done: Done): void {
  command.description('Get backups').addHelpText('after', examples)
  command.optionsGroup('Which:')
  flag(
    command,
    '-l, --selector',
    labelSelector,
    'Only backups whose labels match; does not count where names are given.',
  )
  addOutputFlags(command, 'How to show backups.', 'table')
  act<BackupGetFlags>(command, done, { usage: '[NAME...] [flags]' }, async (names, flags) => {
    const format = outputFormat(flags)
    const settings = await settingsOf(command, cli)
    let damaged = 0
    const onDamaged = ({ message }: Error) => {
      damaged += 1
      cli.stderr.write(`An error occurred: ${message}\n`)
    }
    const views = await find(cli.jobs, settings, names, onDamaged, flags.selector)
    if (format !== undefined) await printBackups(cli, views, format, flags)
    return damaged > 0 ? exitCodes.unforeseen : undefined
  })
}

/** The named backups in their order, and none at all if one of them is missing; else all that match. */
async function find(
  jobs: Jobs,
  settings: Settings,
  names: string[],
  onDamaged: (error: Error) => void,
  selector?: LabelSelector,
): Promise<BackupView[]> {
  if (names.length > 0) return Promise.all(names.map(name => jobs.getBackup(settings, name)))
  const views = await jobs.listBackups(settings, onDamaged)
  return selector ? views.filter(({ backup }) => matchesSelector(selector, backup.metadata.labels)) : views
}

const examples = `
Examples:
  # All backups in the bucket.
  lateen backup get

  # The backups of one schedule.
  lateen backup get --selector velero.io/schedule-name=daily

  # One backup as JSON.
  lateen backup get backup1 -o json`
