import type { Command } from 'commander'
import { clusterName } from '../../config/config.ts'
import { originsOf } from '../../config/origins.ts'
import { settingsFor } from '../../config/settings-for.ts'
import { shownConfig } from '../../config/shown-config.ts'
import { InvalidInputError } from '../../velero/errors.ts'
import { goQuote } from '../../velero/go-quote.ts'
import { act, type Done } from '../action.ts'
import type { Cli } from '../cli.ts'
import { flag } from '../flags/define.ts'
import { string } from '../flags/kinds.ts'
import { encodeJson } from '../output/encode.ts'
import { configOf, namespaceFrom, sourcesOf } from '../settings.ts'

export function configView(command: Command, cli: Cli, done: Done): void {
  command.addHelpText('after', examples)
  command.optionsGroup('Output:')
  const formats = { value: 'yaml', shown: '"yaml"' }
  flag(
    command,
    '-o, --output',
    { ...string, words: ['yaml', 'json'] },
    "How to show it. Valid formats are 'yaml' and 'json'.",
    formats,
  )
  act<{ output: string }>(command, done, { usage: '[flags]', most: 0 }, async (_, { output }) => {
    if (output !== 'yaml' && output !== 'json')
      throw new InvalidInputError(`invalid output format ${goQuote(output)} - valid values are 'yaml' and 'json'`)
    const { file, config } = await configOf(command, cli)
    const { flags, env } = sourcesOf(command, cli)
    const { cluster } = flags
    const { namespace, source } = await namespaceFrom(command, cli)
    if (cluster !== undefined) settingsFor(config, cluster)
    const chosen = config.clusters.filter(known => cluster === undefined || clusterName(known) === cluster)
    const value = {
      ...shownConfig({ ...config, clusters: chosen }),
      namespace,
      from: { ...originsOf(file, flags, env), namespace: source },
    }
    cli.stdout.write(output === 'json' ? encodeJson(value) : (await import('../output/plain-yaml.ts')).plainYaml(value))
    return undefined
  })
}

const examples = `
Examples:
  # See which clusters and locations a command would know, and where each is from.
  lateen config view

  # The names of all locations.
  lateen config view -o json | jq -r '.locations[].name'`
