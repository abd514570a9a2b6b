import type { Command } from 'commander'
import type { Config, ConfiguredLocation } from '../../config/config.ts'
import { LocationNotFoundError } from '../../config/errors.ts'
import { withAccess } from '../../config/settings-for.ts'
import { matchesSelector } from '../../velero/selector.ts'
import type { BackupStorageLocation, LabelSelector } from '../../velero/types.ts'
import { act, type Done } from '../action.ts'
import type { Cli } from '../cli.ts'
import { flag } from '../flags/define.ts'
import { bool, labelSelector } from '../flags/kinds.ts'
import { addListFlags, listFormat, type OutputFlags } from '../flags/output-flags.ts'
import { print } from '../output/print.ts'
import { shownLocation } from '../output/shown.ts'
import { configOf, namespaceOf } from '../settings.ts'
import { locationObject } from './location-object.ts'

interface LocationGetFlags extends OutputFlags {
  default?: boolean
  selector?: LabelSelector
}

/** The longest that one look at a location takes. */
const PATIENCE_MS = 15_000

export function backupLocationGet(command: Command, cli: Cli, done: Done): void {
  command.addHelpText('after', examples)
  command.optionsGroup('Which:')
  flag(command, '--default', bool, 'Only the default one.')
  const selector = 'Only backup-locations whose labels match; does not count where names are given.'
  flag(command, '-l, --selector', labelSelector, selector)
  addListFlags(command, 'How to show backup-locations.')
  act<LocationGetFlags>(command, done, { usage: '[NAME...] [flags]' }, async (names, flags) => {
    const format = listFormat(flags)
    const { config } = await configOf(command, cli)
    const namespace = await namespaceOf(command, cli)
    const chosen = choose(config, names, flags)
    const looked = await Promise.all(chosen.map(location => lookedAt(cli, location, namespace)))
    if (format === undefined) return undefined
    await print(cli, shownLocation, looked, format, flags)
    // Velero's table has no place for the reasons, and who reads it should not have to ask again.
    if (format === 'table' || format === 'wide')
      for (const { status } of looked) if (status?.message) cli.stderr.write(`${status.message}\n`)
    return undefined
  })
}

/** The named ones in their order; else all that match, by name, as an API server lists them. */
function choose(config: Config, names: readonly string[], flags: LocationGetFlags): ConfiguredLocation[] {
  const all = config.locations.map(location => withAccess(config, location))
  if (names.length > 0) {
    return names.map(name => {
      const found = all.find(location => location.name === name)
      if (found === undefined) throw new LocationNotFoundError(name, all)
      return found
    })
  }
  return all
    .filter(({ spec }) => !flags.default || spec.default)
    .filter(({ labels }) => flags.selector === undefined || matchesSelector(flags.selector, labels))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

async function lookedAt(
  { jobs, now }: Cli,
  location: ConfiguredLocation,
  namespace: string,
): Promise<BackupStorageLocation> {
  const status = await jobs.lookAtLocation(location, { now, signal: AbortSignal.timeout(PATIENCE_MS) })
  return { ...locationObject(location, namespace), status }
}

const examples = `
Examples:
  # All locations of lateen.yaml, each looked at now.
  lateen backup-location get

  # One of them as YAML; status.message tells why it is Unavailable.
  lateen backup-location get prod -o yaml`
