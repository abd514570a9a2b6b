import { resolve } from 'node:path'
import type { Command } from 'commander'
import { act, type Done } from '../action.ts'
import type { Cli } from '../cli.ts'
import { exitCodes } from '../exit-codes.ts'
import { flag } from '../flags/define.ts'
import { bool, string } from '../flags/kinds.ts'
import { addLocationFlag } from '../flags/request-flags.ts'
import { saveFile } from '../save-file.ts'
import { settingsOf } from '../settings.ts'
import { checkNames } from './check-names.ts'

interface BackupDownloadFlags {
  output?: string
  force?: boolean
  storageLocation?: string
}

export function backupDownload(command: Command, cli: Cli, done: Done): void {
  command.addHelpText('after', examples)
  command.optionsGroup('Which:')
  addLocationFlag(command, 'The location of the backup')
  command.optionsGroup('Output:')
  flag(command, '-o, --output', string, 'The file to write; without it NAME-data.tar.gz in the working folder.')
  flag(command, '--force', bool, 'Overwrite the file if it exists.')
  act<BackupDownloadFlags>(command, done, { usage: 'NAME [flags]', least: 1, most: 1 }, async ([name = ''], flags) => {
    checkNames('backup', [name])
    const settings = await settingsOf(command, cli, flags.storageLocation)
    const { jobs } = cli
    const path = resolve(cli.cwd, flags.output || `${name}-data.tar.gz`)
    const interruption = new AbortController()
    const stopListening = cli.onInterrupt(() => interruption.abort())
    try {
      const archive = await jobs.openBackupArchive(settings, name)
      await saveFile(archive, path, { overwrite: flags.force ?? false, signal: interruption.signal })
    } catch (error) {
      if (interruption.signal.aborted) return exitCodes.interrupted
      throw error
    } finally {
      stopListening()
    }
    cli.stdout.write(`Backup ${name} has been successfully downloaded to ${path}\n`)
    return undefined
  })
}

const examples = `
Examples:
  # Save a backup's archive and look into it.
  lateen backup download backup1
  tar tzf backup1-data.tar.gz`
