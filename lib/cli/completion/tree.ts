import type { Command, Option } from 'commander'
import { FlagOption, shownFlag } from '../flags/define.ts'

/** What may be completed by a list of words, or by names from lateen.yaml, which cost no more than reading it. */
export type Words = readonly string[] | 'clusters' | 'locations'

export interface CompletedFlag {
  /** `--output`, `-o` */
  names: string[]
  description: string
  /** It takes the next word. */
  valued: boolean
  words?: Words
}

/** A command, wherever it is in the tree; the program itself has the path ''. */
export interface CompletedCommand {
  /** `backup get` */
  path: string
  commands: { name: string; aliases: readonly string[]; description: string; path: string }[]
  flags: CompletedFlag[]
  arguments: Words
}

export interface CompletionTree {
  commands: CompletedCommand[]
  /** Flags that every command takes. */
  globals: CompletedFlag[]
}

/** Whose values are names of lateen.yaml. Those of backups would be a look into the bucket at each key, so they are not completed. */
const NAMED_BY_FLAG: Record<string, Words> = { '--cluster': 'clusters', '--storage-location': 'locations' }

const ARGUMENTS: Record<string, Words> = {
  'backup-location get': 'locations',
  'backup-location set': 'locations',
  'backup-location delete': 'locations',
  'get backup-locations': 'locations',
  'delete backup-location': 'locations',
  'client config get': ['colorized', 'namespace'],
  'client config set': ['colorized=', 'namespace='],
  completion: ['bash', 'fish', 'zsh'],
}

export function completionTree(program: Command): CompletionTree {
  const globals = program.options.map(completedFlag)
  return { commands: commandsOf(program, '').map(command => withHelp(command)), globals }
}

function commandsOf(command: Command, path: string): CompletedCommand[] {
  const visible = command.createHelp().visibleCommands(command)
  const commands = visible.map(child => ({
    name: child.name(),
    aliases: child.aliases(),
    description: child.description(),
    path: `${path} ${child.name()}`.trim(),
  }))
  const flags = command.parent ? command.options.map(completedFlag) : []
  return [
    { path, commands, flags, arguments: ARGUMENTS[path] ?? [] },
    ...visible.flatMap((child, i) => commandsOf(child, commands[i]?.path ?? '')),
  ]
}

function withHelp(command: CompletedCommand): CompletedCommand {
  const help = { names: ['--help', '-h'], description: 'Help for this command', valued: false }
  return { ...command, flags: [...command.flags, help] }
}

function completedFlag(option: Option): CompletedFlag {
  const long = shownFlag(option.long ?? '')
  const words = option instanceof FlagOption ? (option.words ?? NAMED_BY_FLAG[long]) : undefined
  return {
    names: [long, ...(option.short ? [option.short] : [])],
    description: option.description,
    valued: option.required,
    ...(words && { words }),
  }
}

/** The flags that a command takes: its own, and those of all. One of its own takes the place of another by the same name. */
export function flagsAt({ globals }: CompletionTree, command: CompletedCommand): CompletedFlag[] {
  const own = command.flags.flatMap(flag => flag.names)
  return [...command.flags, ...globals.filter(flag => !flag.names.some(name => own.includes(name)))]
}
