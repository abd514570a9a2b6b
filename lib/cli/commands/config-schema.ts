import type { Command } from 'commander'
import { act, type Done } from '../action.ts'
import type { Cli } from '../cli.ts'

export function configSchema(command: Command, cli: Cli, done: Done): void {
  command.addHelpText('after', examples)
  act(command, done, { usage: '[flags]', most: 0 }, async () => {
    const { jsonSchema } = await import('../../config/file/json-schema.ts')
    cli.stdout.write(`${JSON.stringify(jsonSchema(), undefined, 2)}\n`)
    return undefined
  })
}

const examples = `
Examples:
  # Save it beside a lateen.yaml whose first line is
  #   # yaml-language-server: $schema=lateen.schema.json
  lateen config schema > lateen.schema.json`
