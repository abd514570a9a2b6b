// node scripts/cli-reference.ts: writes docs/cli-reference.md, what each command's --help prints. A unit test holds the page to the code.
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Command } from 'commander'
import { loadAll } from '../lib/cli/lazy-command.ts'
import { pathOf } from '../lib/cli/paths.ts'
import { buildProgram } from '../lib/cli/program.ts'

const PAGE = fileURLToPath(new URL('../docs/cli-reference.md', import.meta.url))

const HEAD = `# Command reference

Made from the code by \`npm run reference\`; what the commands do: [cli.md](cli.md). Each command with a noun and a verb may
also be typed verb first: \`lateen get backups\`.
`

export async function cliReference(): Promise<string> {
  const texts: string[] = []
  // Help alone is asked for: nothing of the world is reached.
  const stdout = { columns: 100, write: (text: string) => texts.push(text) }
  const program = buildProgram({ stdout } as unknown as Parameters<typeof buildProgram>[0], () => {})
  await loadAll(program)
  const helpOf = (command: Command): string => {
    texts.length = 0
    command.outputHelp()
    return texts.join('').trimEnd()
  }
  const commands = program.commands.filter(command => command.helpGroup() !== VERBS_FIRST && command.name() !== 'help')
  const leaves = commands.flatMap(command => leavesOf(command))
  const section = (title: string, text: string) => `\n## ${title}\n\n\`\`\`text\n${text}\n\`\`\`\n`
  return [
    HEAD,
    ...leaves.map(command => section(pathOf(command), withoutGlobals(helpOf(command)))),
    section('Global flags', globalsOf(helpOf(leaves[0] as Command))),
  ].join('')
}

const VERBS_FIRST = 'Verbs first:'

function leavesOf(command: Command): Command[] {
  const children = command.commands.filter(child => child.name() !== 'help')
  return children.length === 0 ? [command] : children.flatMap(leavesOf)
}

/** They are the same for all. */
function withoutGlobals(help: string): string {
  return help.replace(/\n*Global flags:\n(?: .*\n?)*/, '\n').trimEnd()
}

function globalsOf(help: string): string {
  return (/Global flags:\n((?: .*\n?)*)/.exec(help)?.[1] ?? '').trimEnd()
}

if (import.meta.main) await writeFile(PAGE, await cliReference())
