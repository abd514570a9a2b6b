import { flagNames, listOf, steps, valuedFlags, valuesByWords } from './cases.ts'
import type { CompletionTree } from './tree.ts'

/** For bash 4 and later; also where bash-completion is not installed. */
export function bashScript(tree: CompletionTree): string {
  return `# bash completion for lateen
_lateen() {
  local cur=\${COMP_WORDS[COMP_CWORD]} at='' flag='' word list=''
  COMPREPLY=()
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    # "--flag=value" comes in three words.
    if [[ $word == '=' ]]; then continue; fi
    if [[ -n $flag ]]; then flag=''; continue; fi
    case $word in
      ${valuedFlags(tree).join('|')}) flag=$word ;;
      -*) ;;
      *)
        case "$at/$word" in
${steps(tree)
  .map(({ from, words, to }) => `          ${words.map(word => `'${from}/${word}'`).join('|')}) at='${to}' ;;`)
  .join('\n')}
        esac
        ;;
    esac
  done
  if [[ $cur == '=' ]]; then cur=''; fi
  if [[ -n $flag ]]; then
    case "$at/$flag" in
${valuesByWords(tree)
  .map(
    ({ words, at }) => `      ${at.map(({ path, name }) => `'${path}/${name}'`).join('|')}) list="${listOf(words)}" ;;`,
  )
  .join('\n')}
      *) compopt -o default 2>/dev/null; return ;;
    esac
  elif [[ $cur == -* ]]; then
    case $at in
${tree.commands.map(command => `      '${command.path}') list='${flagNames(tree, command).join(' ')}' ;;`).join('\n')}
    esac
  else
    case $at in
${tree.commands
  .map(({ path, commands, arguments: args }) => ({ path, names: commands.map(child => child.name).join(' '), args }))
  .filter(({ names, args }) => names !== '' || args.length > 0)
  .map(({ path, names, args }) => `      '${path}') list="${names || listOf(args)}" ;;`)
  .join('\n')}
    esac
  fi
  COMPREPLY=($(compgen -W "$list" -- "$cur"))
  if [[ \${COMPREPLY[0]-} == *= ]]; then compopt -o nospace 2>/dev/null; fi
}
complete -F _lateen lateen
`
}
