import type { Command } from 'commander'
import { childOf } from '../paths.ts'
import { ownName } from './define.ts'

/**
 * Rewrites arguments from the grammar of Go's pflag into the parser's: a flag that may stand bare never takes the next word
 * (`--wait NAME` is `--wait=true NAME`), `-l=a=b` is `-l a=b`, and a flag that the command has of its own has its own name.
 * What follows `--` stays.
 */
export function normaliseArguments(args: readonly string[], program: Command): string[] {
  const { bare, valued } = flagsOf(program)
  const result: string[] = []
  let command = program
  for (let i = 0; i < args.length; i++) {
    const arg = own(args[i] ?? '', command)
    if (arg === '--') return [...result, ...args.slice(i)]
    command = childOf(command, arg) ?? command
    const [, short, value] = /^(-[A-Za-z])=(.*)$/s.exec(arg) ?? []
    const name = short ?? arg
    const long = bare.get(name)
    if (long !== undefined) result.push(`${long}=${value ?? 'true'}`)
    else if (short !== undefined && value !== undefined) result.push(short, value)
    else {
      result.push(arg)
      if (valued.has(arg) && i + 1 < args.length) result.push(args[++i] ?? '')
    }
  }
  return result
}

function own(arg: string, command: Command): string {
  const [, name = '', rest = ''] = /^(--[a-z-]+)(=.*)?$/s.exec(arg) ?? []
  return command.options.some(option => option.long === ownName(name)) ? ownName(name) + rest : arg
}

/** The flags of all commands that are loaded; of them those that may stand bare, by their long names, and those that take the next word. */
export function flagsOf(program: Command): { known: Set<string>; bare: Map<string, string>; valued: Set<string> } {
  const known = new Set(HELP)
  const bare = new Map<string, string>()
  const valued = new Set<string>()
  const visit = (command: Command): void => {
    for (const option of command.options) {
      for (const name of [option.short, option.long]) {
        if (name) known.add(name)
        if (name && option.optional) bare.set(name, option.long ?? name)
        if (name && option.required) valued.add(name)
      }
    }
    command.commands.forEach(visit)
  }
  visit(program)
  return { known, bare, valued }
}

const HELP = ['-h', '--help']
