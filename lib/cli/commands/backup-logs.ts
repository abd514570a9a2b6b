import { pipeline } from 'node:stream/promises'
import type { Command } from 'commander'
import { act, type Done } from '../action.ts'
import type { Cli } from '../cli.ts'
import { settingsOf } from '../settings.ts'

export function backupLogs(command: Command, cli: Cli, done: Done): void {
  command.description('Get backup logs').addHelpText('after', examples)
  act(command, done, { usage: 'NAME [flags]', least: 1, most: 1 }, async ([name = '']) => {
    const settings = await settingsOf(command, cli)
    const jobs = await cli.jobs()
    await pipeline(await jobs.openBackupLogs(settings, name), cli.stdout, { end: false })
    return undefined
  })
}

const examples = `
Examples:
  # What went wrong.
  lateen backup logs backup1 | grep -E 'level=(error|warning)'`
