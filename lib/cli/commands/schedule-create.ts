import type { Command } from 'commander'
import { InvalidInputError } from '../../velero/errors.ts'
import { goQuote } from '../../velero/go-quote.ts'
import type { Schedule } from '../../velero/types-schedule.ts'
import { act, type Done } from '../action.ts'
import type { Cli } from '../cli.ts'
import { outputFormat } from '../flags/output-flags.ts'
import { nextRunsText } from '../output/next-runs.ts'
import { clockOf, print } from '../output/print.ts'
import { shownSchedule } from '../output/shown.ts'
import { namespaceOf, settingsOf } from '../settings.ts'
import { checkNamespaceFlags } from './backup-checks.ts'
import { checkMetadata, refuseAny, refuseBothSelectors } from './request-checks.ts'
import { addScheduleCreateFlags, type ScheduleCreateFlags } from './schedule-create-flags.ts'
import { scheduleManifest } from './schedule-manifest.ts'

export function scheduleCreate(command: Command, cli: Cli, done: Done): void {
  const { jobs } = cli
  command.addHelpText('after', examples)
  addScheduleCreateFlags(command)
  const args = { usage: 'NAME --schedule EXPRESSION [flags]', least: 1, most: 1 }
  act<ScheduleCreateFlags>(command, done, args, async ([name = ''], flags) => {
    const format = outputFormat(flags)
    checkScheduleFlags(flags)
    const schedule = scheduleManifest(flags, name, await namespaceOf(command, cli))
    checkMetadata(schedule)
    await refuseInvalid(schedule, cli.now())
    if (format !== undefined) {
      await print(cli, shownSchedule, [{ schedule }], format, flags)
      return undefined
    }
    const settings = await settingsOf(command, cli, flags.storageLocation)
    await jobs.createSchedule(settings, schedule, { now: cli.now() })
    cli.stdout.write(`Schedule ${goQuote(name)} created successfully.\n${await nextRunsText(schedule, clockOf(cli))}`)
    return undefined
  })
}

/** Refuses what Velero's client refuses, in its order and words. */
function checkScheduleFlags(flags: ScheduleCreateFlags): void {
  if (!flags.schedule) throw new InvalidInputError('--schedule is required')
  refuseBothSelectors(flags)
  checkNamespaceFlags(flags)
}

/** Times, policies and templates that can't be meant; also of what is only printed, for no Velero would run it. */
async function refuseInvalid(schedule: Schedule, now: Date): Promise<void> {
  // The schemas are loaded where there is something to check.
  const { validateSchedule } = await import('../../velero/validate-schedule.ts')
  refuseAny(validateSchedule(schedule, now))
}

const examples = `
Examples:
  # Back up everything at 3 in the morning, UTC, and keep each backup for 30 days.
  lateen schedule create nightly --schedule '0 3 * * *'

  # The same by the clock of a place, summer and winter.
  lateen schedule create nightly --schedule 'CRON_TZ=Europe/Berlin 0 3 * * *'

  # Back up one namespace every 6 hours; keep the last of each of 7 days and 12 months.
  lateen schedule create shop --schedule '@every 6h' --include-namespaces shop --keep-daily 7 --keep-monthly 12

  # See the object as YAML, without making the schedule.
  lateen schedule create nightly --schedule @daily -o yaml`
