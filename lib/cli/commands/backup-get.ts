import type { Command } from 'commander'
import type { Settings } from '../../config/types.ts'
import type { BackupView } from '../../jobs/types.ts'
import { matchesSelector } from '../../velero/selector.ts'
import type { LabelSelector } from '../../velero/types.ts'
import { act, type Done } from '../action.ts'
import type { Cli } from '../cli.ts'
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
    const views = await find(cli.jobs, settings, names, flags.selector)
    if (format !== undefined) await printBackups(cli, views, format, flags)
    return undefined
  })
}

/** The named backups in their order, and none at all if one of them is missing; else all that match. */
async function find(jobs: Jobs, settings: Settings, names: string[], selector?: LabelSelector): Promise<BackupView[]> {
  if (names.length > 0) return Promise.all(names.map(name => jobs.getBackup(settings, name)))
  const views = await jobs.listBackups(settings)
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
