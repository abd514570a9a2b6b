import type { Command } from 'commander'
import type { Done } from './action.ts'
import type { Cli } from './cli.ts'
import { addGlobalFlags } from './flags/globals.ts'
import { helpLayout } from './help.ts'
import { LazyCommand } from './lazy-command.ts'
import { type Node, tree } from './tree.ts'
import { unknownCommand, unknownFlag } from './unknown.ts'

/** The commands of the tree, which know their names and descriptions; see LazyCommand. */
export function buildProgram(cli: Cli, done: Done): LazyCommand {
  const program = new LazyCommand('lateen')
    .description('Back up and restore Kubernetes cluster resources.')
    .exitOverride()
    .showSuggestionAfterError(false)
    .configureOutput({
      writeOut: text => cli.stdout.write(text),
      // What goes wrong is told once, by the caller.
      writeErr: () => {},
      getOutHelpWidth: () => cli.stdout.columns || 100,
      getOutHasColors: () => false,
    })
    .configureHelp(helpLayout)
    .helpOption('-h, --help', 'Help for this command')
    .helpCommand(false)
    .addHelpText('after', examples)
  addGlobalFlags(program)
  for (const [heading, nodes] of Object.entries(tree)) {
    program.commandsGroup(heading)
    for (const node of nodes) add(node, program, cli, done)
  }
  onlyCommands(program)
  return program
}

function add(node: Node, parent: LazyCommand, cli: Cli, done: Done): void {
  if ('commands' in node) {
    const group = parent.command(node.name).description(node.description) as LazyCommand
    for (const child of node.commands) add(child, group, cli, done)
    onlyCommands(group)
    return
  }
  const command = parent.command(node.name, { hidden: node.hidden ?? false }) as LazyCommand
  command.description(node.description).later(async () => (await node.load())(command, cli, done))
  if (node.alias !== undefined) command.alias(node.alias)
}

/** A command that does nothing itself: alone it shows its help, and it refuses what it does not know. */
function onlyCommands(command: Command): void {
  command
    .usage('[command] [flags]')
    .allowUnknownOption()
    .argument('[command...]')
    .action(async ([name]: string[]) => {
      if (name === undefined) return command.outputHelp()
      throw name.startsWith('-') ? await unknownFlag(name, command) : unknownCommand(name, command)
    })
}

const examples = `
Examples:
  # Back up the cluster of the current context.
  lateen backup create backup1 --bucket s3://velero-backups

  # Bring back from it one namespace that was lost.
  lateen restore create --from-backup backup1 --include-namespaces shop --bucket s3://velero-backups

  # See what there is; LATEEN_BUCKET saves typing --bucket.
  lateen backup get --bucket s3://velero-backups

  # Have one made every night, and those that expired deleted.
  lateen schedule create nightly --schedule '0 3 * * *'
  lateen gc

  # Keep the bucket in lateen.yaml in place of a flag, and see what counts after all.
  lateen backup-location create default --provider aws --bucket velero-backups
  lateen config view`
