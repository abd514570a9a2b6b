import { Command } from 'commander'

/** A command that learns its flags and what it does when it is needed; its name and description are known before. */
export class LazyCommand extends Command {
  #fill: (() => Promise<void>) | undefined
  #filled: Promise<void> | undefined

  override createCommand(name?: string): LazyCommand {
    return new LazyCommand(name)
  }

  /** `fill` is called once, by `load`. */
  later(fill: () => Promise<void>): this {
    this.#fill = fill
    return this
  }

  load(): Promise<void> {
    this.#filled ??= this.#fill?.() ?? Promise.resolve()
    return this.#filled
  }
}

export async function loaded(command: Command): Promise<Command> {
  if (command instanceof LazyCommand) await command.load()
  return command
}

/** A command and all below it. */
export async function loadAll(command: Command): Promise<void> {
  await Promise.all([loaded(command), ...command.commands.map(loadAll)])
}
