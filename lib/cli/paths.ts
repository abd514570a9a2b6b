import type { Command } from 'commander'

/** The command of that name or alias directly below one. */
export function childOf(command: Command, word: string): Command | undefined {
  return command.commands.find(child => child.name() === word || child.aliases().includes(word))
}

export function rootOf(command: Command): Command {
  return command.parent ? rootOf(command.parent) : command
}

/** `lateen backup get` */
export function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name()
}
