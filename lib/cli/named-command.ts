import type { Command } from 'commander'
import { flagsOf } from './flags/normalise.ts'
import { childOf } from './paths.ts'

/**
 * The innermost command that a command line names. `sure`: all flags before its last word are known, so that no word was
 * taken for a command that is the value of a flag.
 */
export function namedCommand(args: readonly string[], program: Command): { command: Command; sure: boolean } {
  const { known, valued } = flagsOf(program)
  let command = program
  let sure = true
  for (let i = 0; i < args.length && command.commands.length > 0; i++) {
    const arg = args[i] ?? ''
    if (arg === '--') break
    if (!arg.startsWith('-')) {
      const child = childOf(command, arg)
      if (child === undefined) break
      command = child
    } else if (valued.has(arg)) i += 1
    else sure &&= known.has(arg.replace(/=.*$/s, ''))
  }
  return { command, sure }
}
