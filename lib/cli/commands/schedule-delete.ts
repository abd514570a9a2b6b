import type { Command } from 'commander'
import { isFromConfig } from '../../velero/configured-schedule.ts'
import type { Done } from '../action.ts'
import type { Cli } from '../cli.ts'
import { shownSchedule } from '../output/shown.ts'
import { deleteCommand } from './delete.ts'

export function scheduleDelete(command: Command, cli: Cli, done: Done): void {
  const { jobs } = cli
  deleteCommand(command, cli, done, {
    noun: 'schedule',
    notFound: 'ScheduleNotFoundError',
    shown: shownSchedule,
    examples,
    list: (settings, onDamaged) => jobs.listSchedules(settings, onDamaged, { now: cli.now() }),
    async remove(settings, name) {
      // What can't be read can be deleted, and what is missing is told by that.
      const view = await jobs.getSchedule(settings, name, { now: cli.now() }).catch(() => undefined)
      await jobs.deleteSchedule(settings, name)
      cli.stdout.write(`Schedule deleted: ${name}\n`)
      if (view && isFromConfig(view.schedule)) cli.stderr.write(fromConfig(name))
    },
  })
}

function fromConfig(name: string): string {
  return `Schedule ${name} came from lateen.yaml: as long as that describes it, it is made anew at the next tick.\n`
}

const examples = `
Examples:
  # Delete a schedule; the backups that it made stay.
  lateen schedule delete daily

  # Delete all schedules of a team, without being asked.
  lateen schedule delete --selector team=core --confirm`
