import type { Command } from 'commander'
import { clusterName } from '../../config/config.ts'
import { locationUrl } from '../../config/location.ts'
import type { Settings } from '../../config/types.ts'
import type { Check, Purpose } from '../../jobs/doctor/types.ts'
import { InvalidInputError, LateenError } from '../../velero/errors.ts'
import { goQuote } from '../../velero/go-quote.ts'
import { act, type Done } from '../action.ts'
import type { Cli } from '../cli.ts'
import { exitCodes } from '../exit-codes.ts'
import { flag } from '../flags/define.ts'
import { string } from '../flags/kinds.ts'
import { addFormatFlag, outputFormat } from '../flags/output-flags.ts'
import { addLocationFlag } from '../flags/request-flags.ts'
import { checksText } from '../output/checks-text.ts'
import { printValue } from '../output/print.ts'
import { settingsOf } from '../settings.ts'

interface DoctorFlags {
  for?: string
  output?: string
  storageLocation?: string
}

export function doctorCommand(command: Command, cli: Cli, done: Done): void {
  command.addHelpText('after', examples)
  command.optionsGroup('What:')
  flag(command, '--for', string, "Check only what one of them needs: 'backup' or 'restore'.")
  addLocationFlag(command, 'The location to check')
  addFormatFlag(command, 'How to show what was found.', 'table')
  act<DoctorFlags>(command, done, { usage: '[flags]', most: 0 }, async (_, flags) => {
    const format = outputFormat(flags) ?? 'table'
    const purposes = purposesOf(flags.for)
    const checks = await examine(command, cli, purposes, flags.storageLocation)
    if (checks === undefined) return exitCodes.interrupted
    if (format === 'table') cli.stdout.write(checksText(checks))
    else await printValue(cli, { checks }, format)
    return Math.max(exitCodes.completed, ...checks.map(({ fault }) => (fault ? exitCodeOfFault[fault] : 0)))
  })
}

/** A store that is not fit for use is none of the other two. */
const exitCodeOfFault: Record<NonNullable<Check['fault']>, number> = {
  unfit: exitCodes.unforeseen,
  configuration: exitCodes.badInput,
  refused: exitCodes.unreachable,
}

function purposesOf(text: string | undefined): Purpose[] {
  if (text === undefined) return ['backup', 'restore']
  if (text === 'backup' || text === 'restore') return [text]
  throw new InvalidInputError(`--for has invalid value ${goQuote(text)}: it accepts only backup, restore as value`)
}

/** Without a configuration there is nothing else to look at. Answers undefined where Ctrl-C stopped it. */
async function examine(
  command: Command,
  cli: Cli,
  purposes: Purpose[],
  storageLocation: string | undefined,
): Promise<Check[] | undefined> {
  let settings: Settings
  try {
    settings = await settingsOf(command, cli, storageLocation)
  } catch (error) {
    if (!(error instanceof LateenError)) throw error
    const next = error.next ?? 'Correct it; see docs/configuration.md.'
    return [{ verdict: 'problem', what: 'configuration', fault: 'configuration', detail: error.message, next }]
  }
  const interruption = new AbortController()
  const stopListening = cli.onInterrupt(() => {
    cli.stderr.write('Deleting what was written; press ctrl-c again to stop at once.\n')
    interruption.abort()
  })
  const { signal } = interruption
  const options = { purposes, now: cli.now, id: cli.uuid(), signal }
  const { checks } = await cli.jobs.examine(settings, options).finally(stopListening)
  return signal.aborted ? undefined : [configured(settings), ...checks]
}

function configured({ cluster, location, results }: Settings): Check {
  const name = clusterName(cluster)
  const parts = [
    `the cluster ${name === undefined ? "of kubectl's configuration or the pod" : goQuote(name)}`,
    `the location ${goQuote(location.name)}: ${locationUrl(location)}`,
    ...(results ? [`restores are recorded in ${locationUrl(results)}`] : []),
  ]
  return { verdict: 'ok', what: 'configuration', detail: parts.join('; ') }
}

const examples = `
Examples:
  # Check all that backups and restores need.
  lateen doctor

  # Only what a backup needs: no right to create or to change anything in the cluster.
  lateen doctor --for backup

  # The location of another cluster, from which must only be read.
  lateen doctor --for restore --storage-location prod --read-only

  # For a script.
  lateen doctor -o json`
