import { type Command, CommanderError } from 'commander'
import type { Cli } from './cli.ts'
import { exitCodeOf } from './exit-codes.ts'
import { shownFlag } from './flags/define.ts'
import { UsageError } from './flags/errors.ts'
import { normaliseArguments } from './flags/normalise.ts'
import { loadAll, loaded } from './lazy-command.ts'
import { namedCommand } from './named-command.ts'
import { errorText, occurred } from './output/error-text.ts'
import { buildProgram } from './program.ts'
import { unknownFlag } from './unknown.ts'

/** Runs one command line, without the program's name, and answers its exit code. Does not throw. */
export async function run(args: readonly string[], cli: Cli): Promise<number> {
  let exitCode = 0
  const program = buildProgram(cli, code => {
    exitCode = code
  })
  try {
    // Only what this command needs is loaded. Flags that stand before it and are not everybody's are known when all commands are.
    const { command, sure } = namedCommand(args, program)
    await (sure ? loaded(command) : loadAll(program))
    await program.parseAsync(normaliseArguments(args, program), { from: 'user' })
    return exitCode
  } catch (thrown) {
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return 0
    const { command } = namedCommand(args, program)
    const error = thrown instanceof CommanderError ? await usageErrorOf(thrown, command) : thrown
    cli.stderr.write(describe(error, command))
    return exitCodeOf(error)
  }
}

/** The parser's errors in the words of Go's pflag. */
async function usageErrorOf(error: CommanderError, command: Command): Promise<UsageError> {
  const quoted = /'([^']*)'/.exec(error.message)?.[1] ?? ''
  if (error.code === 'commander.unknownOption') return unknownFlag(quoted, command)
  if (error.code === 'commander.optionMissingArgument') {
    return new UsageError(`flag needs an argument: ${shownFlag(quoted.replace(/ <.*$/, ''))}`)
  }
  return new UsageError(error.message.replace(/^error: /, ''))
}

/** What stderr says of an error; of a wrong use, with the usage. */
function describe(error: unknown, command: Command): string {
  if (!(error instanceof UsageError)) return errorText(error)
  return `Error: ${error.message}\n${error.usage ?? command.helpInformation()}\n${occurred(error.message, error.next)}`
}
