import type { Command } from 'commander'
import { InvalidInputError } from '../../velero/errors.ts'
import { goQuote } from '../../velero/go-quote.ts'
import { validateName } from '../../velero/names.ts'
import type { LabelSelector } from '../../velero/types.ts'
import { flag } from './define.ts'
import { bool, labelSelector } from './kinds.ts'
import type { Noun } from './request-flags.ts'

/** Which objects a command is for, where it does not name them. */
export interface ChoiceFlags {
  all?: boolean
  selector?: LabelSelector
  storageLocation?: string
}

/** `verb` is what is done to them: `Delete`. */
export function addChoiceFlags(command: Command, noun: Noun, verb: string): void {
  command.optionsGroup('Which:')
  flag(command, '--all', bool, `${verb} all ${noun}s.`)
  flag(command, '-l, --selector', labelSelector, `${verb} all ${noun}s whose labels match.`)
}

/** Refuses, as Velero does, anything but one way to say which objects are meant; and what can't be meant. */
export function checkChoice(noun: Noun, names: readonly string[], { all = false, selector }: ChoiceFlags): void {
  if ([names.length > 0, all, selector !== undefined].filter(Boolean).length !== 1) {
    throw new InvalidInputError(
      `you must specify exactly one of: specific ${noun} name(s), the --all flag, or the --selector flag`,
    )
  }
  // Such as that of a variable that is not set.
  if (selector !== undefined && Object.keys(selector).length === 0) {
    throw new InvalidInputError(`--selector is empty, and would match every ${noun}`, {
      next: `If all ${noun}s are meant, say --all.`,
    })
  }
  for (const name of names) {
    const problem = validateName(name)
    if (problem !== undefined) throw new InvalidInputError(`${goQuote(name)} is no name of a ${noun}: ${problem}`)
  }
}
