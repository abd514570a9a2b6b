import type { Command } from 'commander'
import { act, type Done } from '../action.ts'
import type { Cli } from '../cli.ts'
import { clientConfigPath, parseSetting, readClientConfig } from '../client-config.ts'

export function clientConfigSet(command: Command, cli: Cli, done: Done): void {
  command.addHelpText('after', examples)
  act(command, done, { usage: 'KEY=VALUE [KEY=VALUE...]', least: 1 }, async pairs => {
    const settings = pairs.map(parseSetting)
    const config = new Map(Object.entries(await readClientConfig(cli)))
    for (const { key, value } of settings) {
      if (value === '') config.delete(key)
      else config.set(key, value)
    }
    const sorted = Object.fromEntries([...config].sort(([a], [b]) => (a < b ? -1 : 1)))
    await cli.writeFile(clientConfigPath(cli), `${JSON.stringify(sorted)}\n`, { secret: true })
    return undefined
  })
}

const examples = `
Examples:
  # Record backups and restores under another namespace than velero.
  lateen client config set namespace=backups

  # Forget it.
  lateen client config set namespace=`
