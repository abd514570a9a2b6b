import type { Command } from 'commander'
import type { Done } from '../action.ts'
import type { Cli } from '../cli.ts'
import { shownRestore } from '../output/shown.ts'
import { describeCommand } from './describe.ts'

export function restoreDescribe(command: Command, cli: Cli, done: Done): void {
  const { jobs } = cli
  describeCommand(command, cli, done, {
    noun: 'restore',
    shown: shownRestore,
    examples,
    list: (settings, onDamaged) => jobs.listRestores(settings, onDamaged),
    get: (settings, name) => jobs.getRestore(settings, name),
    describe: (settings, views, options) => jobs.describeRestores(settings, views, options),
    text: async (...args) => (await import('../output/restore-text.ts')).restoreText(...args),
    document: async (...args) => (await import('../output/restore-document.ts')).restoreDocument(...args),
  })
}

const examples = `
Examples:
  # What was to be restored, how it ended, and what went wrong.
  lateen restore describe restore1

  # Also what became of each object.
  lateen restore describe restore1 --details

  # The same for a program.
  lateen restore describe restore1 --details -o json`
