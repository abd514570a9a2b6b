import { type Command, CommanderError } from 'commander'
import { LateenError } from '../velero/errors.ts'
import type { Cli } from './cli.ts'
import { exitCodeOf } from './exit-codes.ts'
import { UsageError } from './flags/errors.ts'
import { normaliseArguments } from './flags/normalise.ts'
import { buildProgram, unknownFlag } from './program.ts'

/** Runs one command line, without the program's name, and answers its exit code. Does not throw. */
export async function run(args: readonly string[], cli: Cli): Promise<number> {
  let exitCode = 0
  const program = buildProgram(cli, code => {
    exitCode = code
  })
  try {
    await program.parseAsync(normaliseArguments(args, program), { from: 'user' })
    return exitCode
  } catch (thrown) {
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return 0
    const command = commandOf(program, args)
    const error = thrown instanceof CommanderError ? usageErrorOf(thrown, command) : thrown
    cli.stderr.write(describe(error, command))
    return exitCodeOf(error)
  }
}

/** The innermost command that the words of a command line name. */
function commandOf(command: Command, args: readonly string[]): Command {
  for (const [i, arg] of args.entries()) {
    const child = command.commands.find(known => known.name() === arg || known.aliases().includes(arg))
    if (child) return commandOf(child, args.slice(i + 1))
  }
  return command
}

/** The parser's errors in the words of Go's pflag. */
function usageErrorOf(error: CommanderError, command: Command): UsageError {
  const quoted = /'([^']*)'/.exec(error.message)?.[1] ?? ''
  if (error.code === 'commander.unknownOption') return unknownFlag(quoted, command)
  if (error.code === 'commander.optionMissingArgument') {
    return new UsageError(`flag needs an argument: ${quoted.replace(/ <.*$/, '')}`)
  }
  return new UsageError(error.message.replace(/^error: /, ''))
}

/** What stderr says of an error: what is wrong, then what to do; of a bug, where it is. */
function describe(error: unknown, command: Command): string {
  if (error instanceof UsageError) {
    return `Error: ${error.message}\n${error.usage ?? command.helpInformation()}\n${occurred(error.message, error.next)}`
  }
  if (error instanceof LateenError) return occurred(error.message, error.next)
  if (isSystemError(error)) return occurred(error.message)
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return occurred(stack, 'This is a defect of lateen. Please report it with the lines above.')
}

function occurred(message: string, next?: string): string {
  return `An error occurred: ${message}\n${next === undefined ? '' : `${next}\n`}`
}

/** What the system refuses, such as a full disk, is no defect. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).syscall === 'string'
}
