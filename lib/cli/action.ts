import type { Command } from 'commander'
import { UsageError } from './flags/errors.ts'

/** Takes what the process is to end with. */
export type Done = (exitCode: number) => void

/** What a command does; answers its exit code, 0 where it answers none. */
export type Action<Flags> = (args: string[], flags: Flags) => Promise<number | undefined>

/** Gives a command its action and the number of arguments that it takes; others are refused in Velero's words. */
export function act<Flags>(
  command: Command,
  done: Done,
  args: { usage: string; least?: number; most?: number },
  action: Action<Flags>,
): void {
  const { usage, least = 0, most = Number.POSITIVE_INFINITY } = args
  command
    .usage(usage)
    .argument('[args...]')
    .action(async (given: string[]) => {
      if (given.length < least || given.length > most) throw new UsageError(countMessage(given.length, least, most))
      done((await action(given, command.opts() as Flags)) ?? 0)
    })
}

function countMessage(given: number, least: number, most: number): string {
  if (least === most) return `accepts ${least} arg(s), received ${given}`
  return given > most
    ? `accepts at most ${most} arg(s), received ${given}`
    : `requires at least ${least} arg(s), only received ${given}`
}
