import type { Command } from 'commander'
import type { Settings } from '../../config/types.ts'
import { act, type Done } from '../action.ts'
import type { Cli } from '../cli.ts'
import { confirm } from '../confirm.ts'
import { exitCodes } from '../exit-codes.ts'
import { addChoiceFlags, type ChoiceFlags, checkChoice } from '../flags/choice-flags.ts'
import { flag } from '../flags/define.ts'
import { bool } from '../flags/kinds.ts'
import { addLocationFlag } from '../flags/request-flags.ts'
import { settingsOf } from '../settings.ts'
import { type Choosable, forEach, forEachChosen } from './chosen.ts'

/** What is deleted, and how. */
export interface Deletable<View> extends Choosable<View> {
  examples: string
  /** Called for each name that was given before the first is deleted; where it throws for any, none is. */
  check?(settings: Settings, name: string): Promise<unknown>
  /** Deletes it and says so. */
  remove(settings: Settings, name: string): Promise<void>
}

/** `backup delete`, `restore delete`, `schedule delete`. */
export function deleteCommand<View>(command: Command, cli: Cli, done: Done, kind: Deletable<View>): void {
  const { noun, examples, check, remove } = kind
  command.addHelpText('after', examples)
  addChoiceFlags(command, noun, 'Delete')
  addLocationFlag(command, `The location of the ${noun}s`)
  command.optionsGroup('How:')
  flag(command, '--confirm', bool, 'Do not ask before anything is deleted.')
  act<ChoiceFlags & { confirm?: boolean }>(command, done, { usage: '[NAME...] [flags]' }, async (names, flags) => {
    checkChoice(noun, names, flags)
    const settings = await settingsOf(command, cli, flags.storageLocation)
    const confirmed = flags.confirm || (await confirm(cli))
    if (!confirmed) return confirmed === undefined ? exitCodes.badInput : undefined
    if (check) {
      const { worst } = await forEach(cli, names, name => check(settings, name))
      if (worst > 0) return worst
    }
    return forEachChosen(cli, settings, kind, names, flags, name => remove(settings, name))
  })
}
