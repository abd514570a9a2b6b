import { listOf, steps, valuedFlags } from './cases.ts'
import type { CompletedFlag, CompletionTree, Words } from './tree.ts'

export function fishScript(tree: CompletionTree): string {
  return `# fish completion for lateen
function __lateen_at
  set -l words (commandline -opc)
  set -e words[1]
  set -l at ''
  set -l flag ''
  for word in $words
    if test -n "$flag"
      set flag ''
      continue
    end
    switch $word
      case ${valuedFlags(tree).join(' ')}
        set flag $word
      case '-*'
      case '*'
        switch "$at/$word"
${steps(tree)
  .map(({ from, words, to }) => {
    const cases = words.map(word => quoted(`${from}/${word}`))
    return `          case ${cases.join(' ')}\n            set at ${quoted(to)}`
  })
  .join('\n')}
        end
    end
  end
  test "$at" = "$argv[1]"
end

complete -c lateen -f
${tree.globals.map(flag => `complete -c lateen ${flagWords(flag)}`).join('\n')}
${tree.commands
  .flatMap(({ path, commands, flags, arguments: args }) => {
    const here = `complete -c lateen -n ${quoted(`__lateen_at ${quoted(path)}`)}`
    return [
      ...commands.map(child => `${here} -a ${child.name} -d ${quoted(child.description)}`),
      ...(args.length > 0 ? [`${here} -a ${values(args)}`] : []),
      ...flags.map(flag => `${here} ${flagWords(flag)}`),
    ]
  })
  .join('\n')}
`
}

function flagWords({ names, description, valued, words }: CompletedFlag): string {
  const given = names.map(name => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`))
  // Without words of its own a value may be a file.
  const value = words ? [`-x -a ${values(words)}`] : valued ? ['-r -F'] : []
  return [...given, ...value, `-d ${quoted(description)}`].join(' ')
}

/** Between quotes: fish runs what is in parentheses when it completes. */
function values(words: Words): string {
  return quoted(listOf(words).replace(/^\$/, ''))
}

function quoted(text: string): string {
  return `'${text.replace(/['\\]/g, '\\$&')}'`
}
