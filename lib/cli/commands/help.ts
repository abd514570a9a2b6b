import type { Command } from 'commander'
import type { Done } from '../action.ts'
import type { Cli } from '../cli.ts'
import { loaded } from '../lazy-command.ts'
import { childOf, rootOf } from '../paths.ts'
import { unknownCommand } from '../unknown.ts'

/** `lateen help backup create` */
export function helpCommand(command: Command, _cli: Cli, done: Done): void {
  command
    .usage('[command...]')
    .argument('[command...]')
    .action(async (words: string[]) => {
      let at = rootOf(command)
      for (const word of words) {
        const child = childOf(at, word)
        if (child === undefined) throw unknownCommand(word, at)
        at = await loaded(child)
      }
      at.outputHelp()
      done(0)
    })
}
