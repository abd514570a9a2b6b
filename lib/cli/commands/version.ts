import type { Command } from 'commander'
import { act, type Done } from '../action.ts'
import type { Cli } from '../cli.ts'
import { flag } from '../flags/define.ts'
import { bool } from '../flags/kinds.ts'
import { version } from '../version.ts'

export function versionCommand(command: Command, cli: Cli, done: Done): void {
  flag(command, '--client-only', bool, 'For scripts that call velero; there is no server here to ask.')
  act(command, done, { usage: '[flags]', most: 0 }, async () => {
    cli.stdout.write(`Client:\n\tVersion: ${version}\n`)
    return undefined
  })
}
