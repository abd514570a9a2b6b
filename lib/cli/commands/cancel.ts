import type { Command } from 'commander'
import type { Settings } from '../../config/types.ts'
import { goQuote } from '../../velero/go-quote.ts'
import { act, type Done } from '../action.ts'
import type { Cli } from '../cli.ts'
import { addLocationFlag } from '../flags/request-flags.ts'
import type { Cancelled } from '../jobs.ts'
import { unsentText } from '../output/unsent-text.ts'
import { settingsOf } from '../settings.ts'
import { checkNames } from './check-names.ts'
import { forEach } from './chosen.ts'

/** What is cancelled, and how. */
export interface Cancellable {
  noun: 'backup' | 'restore'
  examples: string
  /** What is said of it after it was cancelled: what stays. */
  stays: string
  cancel(settings: Settings, name: string, onUnsent: (problem: string) => void): Promise<Cancelled>
}

/** `backup cancel`, `restore cancel`. */
export function cancelCommand(command: Command, cli: Cli, done: Done, kind: Cancellable): void {
  const { noun, examples, stays, cancel } = kind
  const title = noun === 'backup' ? 'Backup' : 'Restore'
  command.addHelpText('after', examples)
  command.optionsGroup('Which:')
  addLocationFlag(command, `The location of the ${noun}s`)
  act<{ storageLocation?: string }>(command, done, { usage: 'NAME... [flags]', least: 1 }, async (names, flags) => {
    checkNames(noun, names)
    const settings = await settingsOf(command, cli, flags.storageLocation)
    const { worst } = await forEach(cli, [...new Set(names)], async name => {
      const outcome = await cancel(settings, name, problem => cli.stderr.write(unsentText(problem)))
      cli.stdout.write(
        outcome === 'already'
          ? `${title} ${goQuote(name)} was cancelled before.\n`
          : `${title} ${goQuote(name)} cancelled. ${stays}\n`,
      )
    })
    return worst
  })
}
