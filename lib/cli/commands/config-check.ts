import type { Command } from 'commander'
import { deadEnds } from '../../config/dead-ends.ts'
import { ConfigError, ConfigFileError } from '../../config/errors.ts'
import { originsOf } from '../../config/origins.ts'
import { act, type Done } from '../action.ts'
import type { Cli } from '../cli.ts'
import { exitCodes } from '../exit-codes.ts'
import { configOf, sourcesOf } from '../settings.ts'

export function configCheck(command: Command, cli: Cli, done: Done): void {
  command.addHelpText('after', examples)
  act(command, done, { usage: '[flags]', most: 0 }, async () => {
    const { file, config } = await configOf(command, cli).catch(error => tellMistakes(cli, error))
    if (file === undefined) return exitCodes.badInput
    const { path, content } = file
    if (content === undefined) throw new ConfigError(`there is no ${path}`, { next: 'Name the file by --config.' })
    const problems = deadEnds(config)
    if (problems.length > 0) return tell(cli, `${problems.map(problem => `${path}: ${problem}`).join('\n')}\n`)
    const counts = [
      counted(content.clusters, 'cluster'),
      counted(content.locations, 'location'),
      counted(content.schedules ?? [], 'schedule'),
      ...(content.notifications ? [counted(content.notifications, 'notification')] : []),
    ]
    const { flags, env } = sourcesOf(command, cli)
    const origins = originsOf(file, flags, env)
    const replaced = (['clusters', 'locations'] as const).filter(
      list => content[list].length > 0 && origins[list] !== path,
    )
    const notes = replaced.map(list => `${origins[list]} takes the place of its ${list}.\n`)
    cli.stdout.write(`${path} is good: ${counts.join(', ')}.\n${notes.join('')}`)
    return undefined
  })
}

/** Mistakes begin their lines with their place, as compilers' do, so that editors find it. */
function tellMistakes(cli: Cli, error: unknown): { file?: never; config?: never } {
  if (!(error instanceof ConfigFileError)) throw error
  tell(cli, `${error.problems.join('\n')}\n`)
  return {}
}

function tell({ stderr }: Cli, text: string): number {
  stderr.write(text)
  return exitCodes.badInput
}

/** `1 cluster`, `2 clusters` */
function counted(list: readonly unknown[], word: string): string {
  return `${list.length} ${word}${list.length === 1 ? '' : 's'}`
}

const examples = `
Examples:
  # Check the lateen.yaml in the working folder.
  lateen config check

  # Check another one, as in a pull request.
  lateen config check --config deploy/lateen.yaml`
