import type { Command } from 'commander'
import { bashScript } from './bash.ts'
import { fishScript } from './fish.ts'
import { type CompletionTree, completionTree } from './tree.ts'
import { zshScript } from './zsh.ts'

const SCRIPTS: Record<string, (tree: CompletionTree) => string> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
}

/** Undefined for a shell that is not known. */
export function completionScript(shell: string, program: Command): string | undefined {
  return Object.hasOwn(SCRIPTS, shell) ? SCRIPTS[shell]?.(completionTree(program)) : undefined
}
