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
import { addLocationFlag, type Noun } from '../flags/request-flags.ts'
import { isNamed } from '../is-named.ts'
import { settingsOf } from '../settings.ts'

export type Phase = BackupPhase | RestorePhase

/** Whose logs are printed, and what Velero says where there are none. */
export interface Logged {
  noun: Noun
  examples: string
  /** Throws an error of the class `notFound`. `ended`: it has no phase that could be known, but has come to an end. */
  phase(settings: Settings, name: string): Promise<Phase | 'ended' | undefined>
  /** By name, for the class is not this layer's to import. */
  notFound: string
  open(settings: Settings, name: string): Promise<Readable>
  missing(quotedName: string): string
  unfinished(quotedName: string): string
}

/** `backup logs`, `restore logs`. */
export function logsCommand(command: Command, cli: Cli, done: Done, logged: Logged): void {
  const { noun, examples } = logged
  command.description(`Get ${noun} logs`).addHelpText('after', examples)
  command.optionsGroup('Which:')
  addLocationFlag(command, `The location of the ${noun}`)
  const args = { usage: 'NAME [flags]', least: 1, most: 1 }
  act<{ storageLocation?: string }>(command, done, args, async ([name = ''], flags) => {
    const settings = await settingsOf(command, cli, flags.storageLocation)
    const phase = await logged.phase(settings, name).catch(error => {
      throw isNamed(error, logged.notFound) ? missing(logged, name, error) : error
    })
    if (!phasesWithLog.includes(phase)) throw new InvalidInputError(logged.unfinished(goQuote(name)))
    const log = await logged.open(settings, name).catch(error => {
      throw isNamed(error, 'ObjectNotFoundError') ? new LateenError('file not found', { cause: error }) : error
    })
    await pipeline(log, cli.stdout, { end: false })
    return undefined
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

function missing({ noun, ...logged }: Logged, name: string, cause: Error): InvalidInputError {
  return new InvalidInputError(logged.missing(goQuote(name)), {
    next: `List the ${noun}s with \`lateen ${noun} get\`.`,
    cause,
  })
}
