import type { Command } from 'commander'
import { act, type Done } from '../action.ts'
import type { Cli } from '../cli.ts'
import { addLocationFlag, addRunFlags, type RequestFlags } from '../flags/request-flags.ts'
import { backupBySchedule } from './backup-by-schedule.ts'

export function scheduleTrigger(command: Command, cli: Cli, done: Done): void {
  command.addHelpText('after', examples)
  command.optionsGroup('How:')
  addLocationFlag(command, 'The location of the schedule')
  addRunFlags(command, 'backup')
  const usage = 'NAME [BACKUP] [flags]'
  act<RequestFlags>(command, done, { usage, least: 1, most: 2 }, ([schedule = '', name], flags) =>
    backupBySchedule(command, cli, { schedule, ...(name !== undefined && { name }) }, flags),
  )
}

const examples = `
Examples:
  # Make the backup that a schedule asks for, whether or not it is paused; its times stay as they are.
  lateen schedule trigger daily

  # The same under a name of your own.
  lateen schedule trigger daily before-upgrade`
