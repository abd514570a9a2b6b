import { pipeline } from 'node:stream/promises'
import type { Command } from 'commander'
import { InvalidInputError, LateenError } from '../../velero/errors.ts'
import { goQuote } from '../../velero/go-quote.ts'
import type { Backup, BackupPhase } from '../../velero/types.ts'
import { act, type Done } from '../action.ts'
import type { Cli } from '../cli.ts'
import { settingsOf } from '../settings.ts'

export function backupLogs(command: Command, cli: Cli, done: Done): void {
  command.description('Get backup logs').addHelpText('after', examples)
  act(command, done, { usage: 'NAME [flags]', least: 1, most: 1 }, async ([name = '']) => {
    const settings = await settingsOf(command, cli)
    const { jobs } = cli
    const { backup } = await jobs.getBackup(settings, name).catch(error => {
      throw isNamed(error, 'BackupNotFoundError') ? noBackup(name, error) : error
    })
    refuseUnfinished(backup)
    const log = await jobs.openBackupLogs(settings, name).catch(error => {
      throw isNamed(error, 'ObjectNotFoundError') ? new LateenError('file not found', { cause: error }) : error
    })
    await pipeline(log, cli.stdout, { end: false })
    return undefined
  })
}

/** The phases in which Velero has put the log into the bucket. */
const logged: readonly (BackupPhase | undefined)[] = [
  'Completed',
  'PartiallyFailed',
  'Failed',
  'WaitingForPluginOperations',
  'WaitingForPluginOperationsPartiallyFailed',
]

function refuseUnfinished({ metadata, status }: Backup): void {
  if (logged.includes(status?.phase)) return
  throw new InvalidInputError(
    `logs for backup ${goQuote(metadata.name)} are not available until it's finished processing, please wait until the backup has a phase of Completed or Failed and try again`,
  )
}

function noBackup(name: string, cause: Error): InvalidInputError {
  return new InvalidInputError(`backup ${goQuote(name)} does not exist`, {
    next: 'List the backups with `lateen backup get`.',
    cause,
  })
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof LateenError && error.name === name
}

const examples = `
Examples:
  # What went wrong.
  lateen backup logs backup1 | grep -E 'level=(error|warning)'`
