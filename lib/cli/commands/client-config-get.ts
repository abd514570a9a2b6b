import type { Command } from 'commander'
import { act, type Done } from '../action.ts'
import type { Cli } from '../cli.ts'
import { readClientConfig } from '../client-config.ts'

export function clientConfigGet(command: Command, cli: Cli, done: Done): void {
  command.addHelpText('after', examples)
  act(command, done, { usage: '[KEY...]' }, async keys => {
    const config = await readClientConfig(cli)
    const shown = keys.length > 0 ? keys : Object.keys(config).sort()
    cli.stdout.write(shown.map(key => `${key}: ${config[key] ?? '<NOT SET>'}\n`).join(''))
    return undefined
  })
}

const examples = `
Examples:
  # All that are set.
  lateen client config get

  # One of them.
  lateen client config get namespace`
