import type { Command, Help, Option } from 'commander'
import { shownFlag } from './flags/define.ts'
import { rootOf } from './paths.ts'

/** Help as Go's cobra lays it out: commands before flags, global flags last, each in groups. */
export const helpLayout: Partial<Help> = {
  optionTerm,
  subcommandTerm: command => command.name(),
  formatHelp(command: Command, help: Help): string {
    const flags = help.visibleOptions(command)
    const own = flags.map(flag => shownFlag(flag.long ?? ''))
    const globals = command.parent ? rootOf(command).options.filter(({ long }) => !own.includes(long ?? '')) : []
    const width = Math.max(
      ...[...flags, ...globals].map(option => optionTerm(option).length),
      ...help.visibleCommands(command).map(child => child.name().length),
    )
    const items = <T>(title: string, entries: readonly T[], term: (entry: T) => string, text: (entry: T) => string) =>
      entries.length === 0
        ? ''
        : `${title}\n${entries.map(entry => help.formatItem(term(entry), width, text(entry), help)).join('\n')}\n\n`
    const commandGroups = Map.groupBy(help.visibleCommands(command), child => child.helpGroup() || 'Commands:')
    const flagGroups = Map.groupBy(flags, option => option.helpGroupHeading ?? 'Other:')
    const describe = (option: Option) => help.optionDescription(option)
    const text = [
      `Usage: ${help.commandUsage(command)}\n\n`,
      `${command.description()}\n\n`,
      ...[...commandGroups].map(([title, children]) =>
        items(
          title,
          children,
          child => child.name(),
          child => help.subcommandDescription(child),
        ),
      ),
      ...[...flagGroups].map(([title, options]) => items(title, options, optionTerm, describe)),
      items('Global flags:', globals, optionTerm, describe),
    ].join('')
    return `${text.trimEnd()}\n`
  },
}

/** As pflag shows flags: `-l, --selector labelSelector`, `--snapshot-volumes optionalBool[=true]`, `-w, --wait`. */
function optionTerm(option: Option): string {
  const names = shownFlag(option.flags.replace(/ [<[].*$/, ''))
  const kind = /[<[](\w+)[>\]]$/.exec(option.flags)?.[1]
  const indented = option.short ? names : `    ${names}`
  if (kind === undefined || kind === 'bool') return indented
  return `${indented} ${kind}${option.optional ? '[=true]' : ''}`
}
