import type { Command } from 'commander'
import { act, type Done } from '../action.ts'
import type { Cli } from '../cli.ts'
import { UsageError } from '../flags/errors.ts'
import { loadAll } from '../lazy-command.ts'
import { rootOf } from '../paths.ts'

export function completionCommand(command: Command, cli: Cli, done: Done): void {
  command.addHelpText('after', examples)
  act(command, done, { usage: 'bash|zsh|fish', least: 1, most: 1 }, async ([shell = '']) => {
    const { completionScript } = await import('../completion/script.ts')
    const program = rootOf(command)
    await loadAll(program)
    const script = completionScript(shell, program)
    if (script === undefined) throw new UsageError('Invalid shell specified, specify bash, zsh, or fish')
    cli.stdout.write(script)
    return undefined
  })
}

const examples = `
Examples:
  # bash, for this session; in ~/.bashrc for all.
  source <(lateen completion bash)

  # zsh, in ~/.zshrc, after compinit.
  source <(lateen completion zsh)

  # fish.
  lateen completion fish > ~/.config/fish/completions/lateen.fish`
