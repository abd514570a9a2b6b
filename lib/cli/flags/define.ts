import { type Command, Option } from 'commander'
import { messageOf } from '../../velero/errors.ts'
import { goQuote } from '../../velero/go-quote.ts'
import { UsageError } from './errors.ts'
import type { FlagKind } from './kinds.ts'

/** A flag, and what it may be, where that is a few words. */
export class FlagOption extends Option {
  words?: readonly string[]
}

/** Adds a flag such as `-l, --selector` to a command. `fallback` is the value without the flag, and how help shows it. */
export function flag<T>(
  command: Command,
  names: string,
  kind: FlagKind<T>,
  description: string,
  fallback?: { value: T; shown: string },
): void {
  const shown = shownFlag(names)
  const parameter = kind.bare === undefined ? `<${kind.name}>` : `[${kind.name}]`
  const option = new FlagOption(`${names} ${parameter}`, description)
  if (kind.words) option.words = kind.words
  option.argParser((text: string, previous: T | undefined) => {
    try {
      return kind.parse(text, previous)
    } catch (cause) {
      const next = (cause as { next?: string }).next
      throw new UsageError(`invalid argument ${goQuote(text)} for ${goQuote(shown)} flag: ${messageOf(cause)}`, {
        cause,
        ...(next !== undefined && { next }),
      })
    }
  })
  if (fallback) option.default(fallback.value, fallback.shown)
  command.addOption(option)
}

const OWN = '--own-'

/**
 * Adds a flag that every command has by the same name with another meaning, such as Velero's `--config` of a location: behind
 * the command's name it is the command's own. The parser gives such a flag to the program, so it gets to see another name;
 * the value is in `ownConfig`. See normaliseArguments.
 */
export function ownFlag<T>(command: Command, name: `--${string}`, kind: FlagKind<T>, description: string): void {
  flag(command, ownName(name), kind, description)
}

export function ownName(name: string): string {
  return name.replace(/^--/, OWN)
}

/** As a person writes it. */
export function shownFlag(text: string): string {
  return text.replace(OWN, '--')
}
