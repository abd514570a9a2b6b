import { type CompletedCommand, type CompletionTree, flagsAt, type Words } from './tree.ts'

// What the scripts of all shells ask: where a line has come to, and what may stand there. Names are letters, digits and dashes.

/** From a place and a word to the next place: `backup get` + `create`. */
export function steps({ commands }: CompletionTree): { from: string; words: string[]; to: string }[] {
  return commands.flatMap(({ path, commands: children }) =>
    children.map(child => ({ from: path, words: [child.name, ...child.aliases], to: child.path })),
  )
}

/** All flags, of whatever command, that take the next word. No name is that of a flag without a value elsewhere. */
export function valuedFlags(tree: CompletionTree): string[] {
  const all = [...tree.globals, ...tree.commands.flatMap(command => command.flags)]
  return [...new Set(all.filter(flag => flag.valued).flatMap(flag => flag.names))].sort()
}

/** The values of flags, with the places and flags that have them. */
export function valuesByWords(tree: CompletionTree): { words: Words; at: { path: string; name: string }[] }[] {
  const found = new Map<string, { words: Words; at: { path: string; name: string }[] }>()
  for (const command of tree.commands) {
    for (const { names, words } of flagsAt(tree, command)) {
      if (words === undefined) continue
      const entry = found.get(String(words)) ?? { words, at: [] }
      found.set(String(words), entry)
      entry.at.push(...names.map(name => ({ path: command.path, name })))
    }
  }
  return [...found.values()]
}

export function flagNames(tree: CompletionTree, command: CompletedCommand): string[] {
  return flagsAt(tree, command).flatMap(flag => flag.names.filter(name => name.startsWith('--')))
}

/** For a shell's list of words: names of lateen.yaml come from the program, which prints none where it can't tell any. */
export function listOf(words: Words): string {
  return typeof words === 'string' ? `$(lateen __names ${words} 2>/dev/null)` : words.join(' ')
}
