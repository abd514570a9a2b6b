import type { Command } from 'commander'
import type { ConfiguredLocation } from '../../config/config.ts'
import { ConfigError, LocationNotFoundError } from '../../config/errors.ts'
import { locationUrl } from '../../config/location.ts'
import { locationUsers } from '../../config/location-users.ts'
import { goQuote } from '../../velero/go-quote.ts'
import { matchesSelector } from '../../velero/selector.ts'
import { act, type Done } from '../action.ts'
import type { Cli } from '../cli.ts'
import { confirm } from '../confirm.ts'
import { exitCodes } from '../exit-codes.ts'
import { addChoiceFlags, type ChoiceFlags, checkChoice } from '../flags/choice-flags.ts'
import { flag } from '../flags/define.ts'
import { bool } from '../flags/kinds.ts'
import { forEach } from './chosen.ts'
import { changeFile, openFile } from './edit-file.ts'

const noun = 'backup-location'

export function backupLocationDelete(command: Command, cli: Cli, done: Done): void {
  command.addHelpText('after', examples)
  addChoiceFlags(command, noun, 'Delete')
  command.optionsGroup('How:')
  flag(command, '--confirm', bool, 'Do not ask before anything is deleted.')
  act<ChoiceFlags & { confirm?: boolean }>(command, done, { usage: '[NAME...] [flags]' }, async (names, flags) => {
    checkChoice(noun, names, flags)
    const { config } = await openFile(command, cli)
    const confirmed = flags.confirm || (await confirm(cli))
    if (!confirmed) return confirmed === undefined ? exitCodes.badInput : undefined
    const chosen = names.length > 0 ? [...new Set(names)] : matching(config.locations, flags)
    const { failures, worst } = await forEach(cli, chosen, name => remove(command, cli, name))
    if (failures.filter(error => error instanceof LocationNotFoundError).length === chosen.length)
      cli.stdout.write(`No ${noun}s found\n`)
    return worst
  })
}

function matching(locations: readonly ConfiguredLocation[], { selector }: ChoiceFlags): string[] {
  return locations
    .filter(({ labels }) => selector === undefined || matchesSelector(selector, labels))
    .map(location => location.name)
}

/** Each is a change of its own, so that one that is refused keeps no other from going. */
async function remove(command: Command, cli: Cli, name: string): Promise<void> {
  const file = await openFile(command, cli)
  const location = file.config.locations.find(known => known.name === name)
  if (location === undefined) throw new LocationNotFoundError(name, file.config.locations)
  const users = locationUsers(file.config, name)
  if (users.length > 0) {
    throw new ConfigError(`the backup storage location ${goQuote(name)} is used by ${users.join(', ')}`, {
      next: `Give another location there first, in ${file.path}.`,
    })
  }
  const { removeLocation } = await import('../../config/file/edit-locations.ts')
  await changeFile(command, cli, file, document => removeLocation(document, name))
  cli.stdout.write(
    `Backup storage location ${goQuote(name)} deleted successfully.\nWhat lies in ${locationUrl(location)} stays there.\n`,
  )
}

const examples = `
Examples:
  # Take a location out of lateen.yaml; the backups in its bucket stay.
  lateen backup-location delete old

  # Without being asked.
  lateen backup-location delete old older --confirm`
