import type { Command } from 'commander'
import { act, type Done } from '../action.ts'
import type { Cli } from '../cli.ts'
import { exitCodes } from '../exit-codes.ts'
import { flag } from '../flags/define.ts'
import { bool } from '../flags/kinds.ts'
import { addFormatFlag, outputFormat } from '../flags/output-flags.ts'
import { addLocationFlag, addTimeLimitFlag } from '../flags/request-flags.ts'
import { decisionsText, gcProblemsText, gcText } from '../output/gc-text.ts'
import { clockOf, printValue } from '../output/print.ts'
import { settingsOf } from '../settings.ts'
import { afterTimeLimit } from './time-limit.ts'

interface GcFlags {
  dryRun?: boolean
  output?: string
  storageLocation?: string
  timeLimit?: number
}

export function gcCommand(command: Command, cli: Cli, done: Done): void {
  const { jobs, now, stdout, stderr } = cli
  command.addHelpText('after', examples)
  command.optionsGroup('How:')
  flag(command, '--dry-run', bool, 'Decide only: nothing is deleted, and nothing else is written.')
  addLocationFlag(command, 'The location to clean up')
  addTimeLimitFlag(command)
  addFormatFlag(command, 'How to show what was decided and done.', 'table')
  act<GcFlags>(command, done, { usage: '[flags]', most: 0 }, async (_, flags) => {
    const format = outputFormat(flags) ?? 'table'
    const settings = await settingsOf(command, cli, flags.storageLocation)
    const { dryRun = false } = flags
    const interruption = new AbortController()
    const stopListening = cli.onInterrupt(() => {
      stderr.write('Stopping after the deletions at hand; press ctrl-c again to stop at once.\n')
      interruption.abort()
    })
    let outOfTime = false
    const forget = afterTimeLimit(cli, flags.timeLimit, () => {
      outOfTime = !interruption.signal.aborted
      interruption.abort()
    })
    const { signal } = interruption
    const result = await jobs.collectGarbage(settings, { dryRun, now, signal }).finally(() => {
      forget()
      stopListening()
    })
    if (format !== 'table') await printValue(cli, result, format)
    else stdout.write(decisionsText(result) + gcText(result, dryRun, clockOf(cli)))
    stderr.write(gcProblemsText(result))
    if (result.how === 'continued') return signal.aborted && !outOfTime ? exitCodes.interrupted : exitCodes.unfinished
    return result.problems.length > 0 ? exitCodes.partiallyFailed : exitCodes.completed
  })
}

const examples = `
Examples:
  # See which backups would be deleted, and why the others stay.
  lateen gc --dry-run

  # Delete what has expired.
  lateen gc

  # The same as one object, for a script.
  lateen gc -o json`
