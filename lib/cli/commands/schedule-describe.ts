import type { Command } from 'commander'
import type { LabelSelector } from '../../velero/types.ts'
import { act, type Done } from '../action.ts'
import type { Cli } from '../cli.ts'
import { exitCodes } from '../exit-codes.ts'
import { flag } from '../flags/define.ts'
import { labelSelector } from '../flags/kinds.ts'
import { addLocationFlag } from '../flags/request-flags.ts'
import { clockOf } from '../output/print.ts'
import { shownSchedule } from '../output/shown.ts'
import { inColour, settingsOf } from '../settings.ts'
import { checkNames } from './check-names.ts'
import { find } from './find.ts'

interface DescribeFlags {
  selector?: LabelSelector
  storageLocation?: string
}

export function scheduleDescribe(command: Command, cli: Cli, done: Done): void {
  const { jobs } = cli
  command.addHelpText('after', examples)
  command.optionsGroup('Which:')
  const selector = 'Only schedules whose labels match; does not count where names are given.'
  flag(command, '-l, --selector', labelSelector, selector)
  addLocationFlag(command, 'The location of the schedules')
  act<DescribeFlags>(command, done, { usage: '[NAME...] [flags]' }, async (names, flags) => {
    checkNames('schedule', names)
    const settings = await settingsOf(command, cli, flags.storageLocation)
    const clock = clockOf(cli)
    const { views, damaged } = await find(
      cli,
      {
        shown: shownSchedule,
        list: (place, onDamaged) => jobs.listSchedules(place, onDamaged, clock),
        get: (place, name) => jobs.getSchedule(place, name, clock),
      },
      settings,
      names,
      flags.selector,
    )
    const { scheduleText } = await import('../output/schedule-text.ts')
    const { painted } = await import('../output/colours.ts')
    const text = views.map(view => scheduleText(view, clock)).join('\n\n')
    cli.stdout.write(painted(text, await inColour(command, cli)))
    return damaged > 0 ? exitCodes.unforeseen : undefined
  })
}

const examples = `
Examples:
  # What a schedule backs up, when it ran last, and when it runs next.
  lateen schedule describe daily

  # The same of all of them.
  lateen schedule describe`
