import { listOf, steps, valuedFlags, valuesByWords } from './cases.ts'
import { type CompletionTree, flagsAt } from './tree.ts'

/** To be sourced after compinit, or saved as `_lateen` in a folder of $fpath. */
export function zshScript(tree: CompletionTree): string {
  return `#compdef lateen
compdef _lateen lateen

# zsh completion for lateen
_lateen() {
  local cur=\${words[CURRENT]} at='' flag='' word
  local -a list
  for word in "\${(@)words[2,CURRENT-1]}"; do
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
  if [[ -z $flag && $cur == --*=* ]]; then
    flag=\${cur%%=*}
    compset -P '*='
  fi
  if [[ -n $flag ]]; then
    case "$at/$flag" in
${valuesByWords(tree)
  .map(
    ({ words, at }) =>
      `      ${at.map(({ path, name }) => `'${path}/${name}'`).join('|')}) list=(${listOf(words)}); compadd -a list ;;`,
  )
  .join('\n')}
      *) _files ;;
    esac
  elif [[ $cur == -* ]]; then
    case $at in
${tree.commands
  .map(command => {
    const flags = flagsAt(tree, command).map(flag => described(flag.names[0] ?? '', flag.description))
    return `      '${command.path}') list=(${flags.join(' ')}) ;;`
  })
  .join('\n')}
    esac
    _describe -o flag list
  else
    case $at in
${tree.commands
  .filter(({ commands, arguments: args }) => commands.length > 0 || args.length > 0)
  .map(({ path, commands, arguments: args }) => {
    const names = commands.map(child => described(child.name, child.description))
    return names.length > 0
      ? `      '${path}') list=(${names.join(' ')}); _describe command list ;;`
      : `      '${path}') list=(${listOf(args)}); compadd -a list ;;`
  })
  .join('\n')}
    esac
  fi
}

# Loaded from $fpath, this file is the body of the function at its first call.
if [[ \${funcstack[1]-} == _lateen ]]; then _lateen "$@"; fi
`
}

/** `'get:Get backups'` */
function described(name: string, description: string): string {
  return `'${name}:${description.replaceAll("'", "'\\''")}'`
}
