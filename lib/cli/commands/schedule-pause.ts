import type { Command } from 'commander'
import type { ScheduleView } from '../../jobs/types.ts'
import { act, type Done } from '../action.ts'
import type { Cli } from '../cli.ts'
import { addChoiceFlags, type ChoiceFlags, checkChoice } from '../flags/choice-flags.ts'
import { flag } from '../flags/define.ts'
import { type OptionalBool, optionalBoolValue, said } from '../flags/kinds.ts'
import { addLocationFlag } from '../flags/request-flags.ts'
import { shownSchedule } from '../output/shown.ts'
import { settingsOf } from '../settings.ts'
import { type Choosable, forEachChosen } from './chosen.ts'

export function schedulePause(command: Command, cli: Cli, done: Done): void {
  command.addHelpText('after', pauseExamples)
  pausing(command, cli, done, true)
}

export function scheduleUnpause(command: Command, cli: Cli, done: Done): void {
  command.addHelpText('after', unpauseExamples)
  pausing(command, cli, done, false)
}

interface PauseFlags extends ChoiceFlags {
  skipImmediately?: OptionalBool
}

function pausing(command: Command, cli: Cli, done: Done, paused: boolean): void {
  const { jobs } = cli
  const noun = 'schedule'
  addChoiceFlags(command, noun, paused ? 'Pause' : 'Unpause')
  addLocationFlag(command, `The location of the ${noun}s`)
  command.optionsGroup('How:')
  const skip = 'Whether the run that is due when the schedule goes on is left out, once: true or false.'
  flag(command, '--skip-immediately', optionalBoolValue, skip)
  act<PauseFlags>(command, done, { usage: '[NAME...] [flags]' }, async (names, flags) => {
    checkChoice(noun, names, flags)
    const settings = await settingsOf(command, cli, flags.storageLocation)
    const skipImmediately = said(flags.skipImmediately)
    const change = { paused, ...(skipImmediately !== undefined && { skipImmediately }) }
    const kind: Choosable<ScheduleView> = {
      noun,
      notFound: 'ScheduleNotFoundError',
      shown: shownSchedule,
      list: (place, onDamaged) => jobs.listSchedules(place, onDamaged, { now: cli.now() }),
    }
    return forEachChosen(cli, settings, kind, names, flags, async name => {
      const answer = await jobs.pauseSchedule(settings, name, change)
      const word = paused ? 'paused' : 'unpaused'
      const text = answer === 'already' ? `is already ${word}, skip` : `${word} successfully`
      cli.stdout.write(`Schedule ${name} ${text}\n`)
    })
  })
}

const pauseExamples = `
Examples:
  # No run of a schedule begins until it is unpaused.
  lateen schedule pause daily

  # Pause all schedules, as before an upgrade.
  lateen schedule pause --all`

const unpauseExamples = `
Examples:
  # Let a schedule go on; a run that was missed is made up at once.
  lateen schedule unpause daily

  # Let all go on, each with its next time.
  lateen schedule unpause --all --skip-immediately=true`
