import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Command } from 'commander'
import type { Settings } from '../../config/types.ts'
import { InvalidInputError, LateenError } from '../../velero/errors.ts'
import { goQuote } from '../../velero/go-quote.ts'
import type { BackupPhase } from '../../velero/types.ts'
import type { RestorePhase } from '../../velero/types-restore.ts'
import { act, type Done } from '../action.ts'
import type { Cli } from '../cli.ts'
import { exitCodeOfPhase, exitCodes } from '../exit-codes.ts'
import { flag } from '../flags/define.ts'
import { bool } from '../flags/kinds.ts'
import { addLocationFlag, type Noun } from '../flags/request-flags.ts'
import { isNamed } from '../is-named.ts'
import type { LogEvent, LogOptions } from '../jobs.ts'
import { settingsOf } from '../settings.ts'
import { checkNames } from './check-names.ts'

export type Phase = BackupPhase | RestorePhase

/** Whose logs are printed, and what Velero says where there are none. */
export interface Logged {
  noun: Noun
  examples: string
  /** Throws an error of the class `notFound`. `ended`: it has no phase that could be known, but has come to an end. */
  phase(settings: Settings, name: string): Promise<Phase | 'ended' | undefined>
  /** By name, for the class is not this layer's to import. */
  notFound: string
  /** Of one that has a log. */
  open(settings: Settings, name: string): Promise<Readable>
  /** Of one that has none yet. */
  read(settings: Settings, name: string, options: LogOptions): AsyncIterable<LogEvent>
  missing(quotedName: string): string
}

interface LogsFlags {
  follow?: boolean
  storageLocation?: string
}

/** `backup logs`, `restore logs`. */
export function logsCommand(command: Command, cli: Cli, done: Done, logged: Logged): void {
  const { noun, examples } = logged
  command.addHelpText('after', examples)
  command.optionsGroup('Which:')
  flag(command, '-f, --follow', bool, `Go on until the ${noun} has ended, and end with the exit code of its phase.`)
  addLocationFlag(command, `The location of the ${noun}`)
  const args = { usage: 'NAME [flags]', least: 1, most: 1 }
  act<LogsFlags>(command, done, args, async ([name = ''], { follow = false, storageLocation }) => {
    checkNames(noun, [name])
    const settings = await settingsOf(command, cli, storageLocation)
    const phase = await logged.phase(settings, name).catch(error => {
      throw isNamed(error, logged.notFound) ? missing(logged, name, error) : error
    })
    if (phasesWithLog.includes(phase)) {
      await printWhole(cli, logged, settings, name)
      return follow ? codeOf(phase) : undefined
    }
    const last = await printEvents(cli, logged.read(settings, name, { follow, now: cli.now }))
    return follow ? codeOf(last) : undefined
  })
}

/** Those in which Velero has put the log into the bucket. */
const phasesWithLog: readonly (Phase | 'ended' | undefined)[] = [
  'Completed',
  'PartiallyFailed',
  'Failed',
  'WaitingForPluginOperations',
  'WaitingForPluginOperationsPartiallyFailed',
  'ended',
]

/** A phase that is no end is Velero's, and at work there; of one that nobody knows, nothing is wrong. */
function codeOf(phase: string | undefined): number {
  return exitCodeOfPhase[phase as Phase] ?? exitCodes.completed
}

async function printWhole(cli: Cli, { open }: Logged, settings: Settings, name: string): Promise<void> {
  const log = await open(settings, name).catch(error => {
    throw isNamed(error, 'ObjectNotFoundError')
      ? new LateenError('file not found', { cause: error, next: `The bucket has no log of ${goQuote(name)}.` })
      : error
  })
  await pipeline(log, cli.stdout, { end: false }).catch(error => {
    if (!String(error.code).startsWith('Z_')) throw error
    throw new LateenError(`the log of ${goQuote(name)} is damaged: ${error.message}`, { cause: error })
  })
}

/** Text to stdout, as fast as that takes it, and what is to be known of it to stderr. Answers the phase of one that has ended. */
async function printEvents({ stdout, stderr }: Cli, events: AsyncIterable<LogEvent>): Promise<string | undefined> {
  let phase: string | undefined
  await pipeline(
    events,
    async function* (source: AsyncIterable<LogEvent>) {
      for await (const event of source) {
        if ('text' in event) yield event.text
        else if ('notice' in event) stderr.write(`${event.notice}\n`)
        else phase = event.phase
      }
    },
    stdout,
    { end: false },
  )
  return phase
}

function missing({ noun, ...logged }: Logged, name: string, cause: Error): InvalidInputError {
  return new InvalidInputError(logged.missing(goQuote(name)), {
    next: `List the ${noun}s with \`lateen ${noun} get\`.`,
    cause,
  })
}
