import type { Command } from 'commander'
import type { Done } from '../action.ts'
import type { Cli } from '../cli.ts'
import { shownSchedule } from '../output/shown.ts'
import { getCommand } from './get.ts'

export function scheduleGet(command: Command, cli: Cli, done: Done): void {
  const { jobs } = cli
  getCommand(command, cli, done, {
    noun: 'schedule',
    shown: shownSchedule,
    examples,
    list: (settings, onDamaged) => jobs.listSchedules(settings, onDamaged, { now: cli.now() }),
    get: (settings, name) => jobs.getSchedule(settings, name, { now: cli.now() }),
  })
}

const examples = `
Examples:
  # All schedules in the bucket, with the time until their next runs.
  lateen schedule get

  # One schedule as YAML.
  lateen schedule get daily -o yaml`
